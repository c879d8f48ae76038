package org.clap4j.core.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Splits a range of independent items over a fixed number of threads, the caller's among them.
 * Ranges depend only on the number of items and threads, never on scheduling.
 */
public final class WorkerPool {

  private static final WorkerPool SHARED = new WorkerPool(sharedThreads());

  private final int threads;
  private final ExecutorService others;
  private final ThreadLocal<Boolean> insideWorker = ThreadLocal.withInitial(() -> false);

  /** Makes a pool of daemon threads. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "clap4j-kernel-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The process's pool: as many threads as ND4J's native operations use, {@code OMP_NUM_THREADS} or
   * one per processor.
   */
  public static WorkerPool shared() {
    return SHARED;
  }

  /** Number of threads, the caller's included. */
  public int threads() {
    return threads;
  }

  /** Works on items [from, to). */
  @FunctionalInterface
  public interface RangeTask {
    /** Works on items [from, to). */
    void run(long from, long to);
  }

  /**
   * Runs a task over [0, items) and returns when all of it is done. A call from within a task runs
   * on the calling thread alone.
   *
   * @param grain a thread gets a multiple of this many items, the last one excepted; too few items
   *     for two threads run on the caller's
   */
  public void forRange(long items, long grain, RangeTask task) {
    long grains = (items + grain - 1) / grain;
    if (threads == 1 || grains < 2 || insideWorker.get()) {
      task.run(0, items);
      return;
    }
    long share = (grains + threads - 1) / threads * grain;
    List<Future<?>> running = new ArrayList<>(threads - 1);
    for (long from = share; from < items; from += share) {
      long first = from;
      long end = Math.min(items, from + share);
      running.add(others.submit(() -> runAsWorker(first, end, task)));
    }
    try {
      runAsWorker(0, Math.min(items, share), task);
    } finally {
      running.forEach(WorkerPool::join);
    }
  }

  private void runAsWorker(long from, long to, RangeTask task) {
    insideWorker.set(true);
    try {
      task.run(from, to);
    } finally {
      insideWorker.set(false);
    }
  }

  /** Waits even when interrupted: the arrays of a running task must not be freed under it. */
  private static void join(Future<?> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int sharedThreads() {
    String threads = System.getenv("OMP_NUM_THREADS");
    return threads != null && threads.matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(threads)
        : Runtime.getRuntime().availableProcessors();
  }
}
