package org.clap4j.training.tracking.mlflow;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps what is logged while it is open. */
final class LoggedWarnings implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger("org.clap4j");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  LoggedWarnings() {
    events.start();
    root.addAppender(events);
  }

  /** The warnings and errors so far, in order. */
  List<String> messages() {
    return List.copyOf(events.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void close() {
    root.detachAppender(events);
  }
}
