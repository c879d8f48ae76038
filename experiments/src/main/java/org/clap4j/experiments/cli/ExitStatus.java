package org.clap4j.experiments.cli;

/** What the process ends with. */
final class ExitStatus {

  /** Done. */
  static final int DONE = 0;

  /** Something failed while at work. */
  static final int FAILED = 1;

  /** The command line or the configuration is wrong: nothing has been done. */
  static final int USAGE = 2;

  /** Stopped by the user; what was trained is kept. */
  static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
