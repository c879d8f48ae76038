package org.clap4j.core.io;

/**
 * Threads that read and send beside the kernels. They do not keep the program alive, and ask for
 * the lowest priority: a product that all cores work on is as slow as the core that also reads a
 * file. Whether the system grants it depends on the Java machine's {@code ThreadPriorityPolicy}.
 */
public final class BackgroundThread {

  private BackgroundThread() {}

  /** A thread that is not started yet. Threads that it makes inherit its priority. */
  @SuppressWarnings("ThreadPriorityCheck") // only speed depends on it
  public static Thread of(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    return thread;
  }
}
