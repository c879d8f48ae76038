package org.clap4j.training.loading;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.io.BackgroundThread;

/** The background threads of a loader. */
final class LoaderThreads implements AutoCloseable {

  /** Far more than a clip takes; a recording on a disk that hangs takes longer. */
  private static final long STOP_SECONDS = 10;

  private final ThreadPoolExecutor pool;

  LoaderThreads(String name, int count) {
    pool =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> BackgroundThread.of(name, work));
  }

  <T> Future<T> submit(Callable<T> work) {
    return pool.submit(work);
  }

  /**
   * Gives up what has not begun, and waits for what has, so that nothing is written to a cache
   * afterwards; what does not end in time is interrupted.
   */
  @Override
  public void close() {
    pool.shutdown();
    pool.getQueue().clear();
    try {
      if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
