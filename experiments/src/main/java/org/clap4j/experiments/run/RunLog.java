package org.clap4j.experiments.run;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Copies everything that is logged into a run's {@code log.txt}, until it is closed. */
final class RunLog implements AutoCloseable {

  private final Logger root;
  private final FileAppender<ILoggingEvent> file = new FileAppender<>();

  private RunLog(Logger root) {
    this.root = root;
  }

  /** Begins, or goes on with, a log file. */
  static RunLog open(Path path) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RunLog log = new RunLog(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss'Z'\", UTC} %-5level %logger{0} %msg%n");
    encoder.start();
    log.file.setContext(context);
    log.file.setName(path.toString());
    log.file.setFile(path.toString());
    log.file.setAppend(true);
    log.file.setEncoder(encoder);
    log.file.start();
    log.root.addAppender(log.file);
    return log;
  }

  @Override
  public void close() {
    root.detachAppender(file);
    file.stop();
  }
}
