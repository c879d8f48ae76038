package org.clap4j.experiments.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into a wish to stop, and lets the process end only when the run
 * has written its checkpoint and this is closed. The exit status is then the signal's: 130 or 143.
 */
final class InterruptStop implements AutoCloseable {

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private InterruptStop(Runnable stop, Output output) {
    hook =
        new Thread(
            () -> {
              output.note("clap4j: stopping after this step, with a checkpoint ...");
              stop.run();
              awaitClose();
            },
            "clap4j-interrupt");
  }

  /**
   * Listens until closed.
   *
   * @param stop wishes that the work stops after its step
   */
  static InterruptStop listen(Runnable stop, Output output) {
    InterruptStop interrupt = new InterruptStop(stop, output);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook has been waiting for exactly this.
    }
  }
}
