package org.clap4j.experiments.run;

import java.util.Optional;
import org.clap4j.training.StopSignal;

/**
 * Ties a training process to the one that started it: when that dies, training stops after its step
 * with a checkpoint, as it does for a signal.
 */
public final class ParentProcess {

  private static final String PROPERTY = "clap4j.parent";

  private ParentProcess() {}

  /** The option that ties a Java process, started by this one, to this one. */
  public static String optionOfChild() {
    return "-D" + PROPERTY + "=" + ProcessHandle.current().pid();
  }

  /** Asks to stop when the parent dies, if this process is tied to one. */
  public static void follow(StopSignal stop) {
    Long pid = Long.getLong(PROPERTY);
    if (pid == null) {
      return;
    }
    Optional<ProcessHandle> parent = ProcessHandle.of(pid);
    if (parent.isEmpty()) {
      stop.request();
    } else {
      var unused = parent.get().onExit().thenRun(stop::request);
    }
  }
}
