package org.clap4j.core.kernels;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Splits a range of independent items over a fixed number of threads, the caller's among them. The
 * pieces depend only on the number of items and threads; which thread works on which does not, so
 * that one which is held up leaves its share to the others.
 */
public final class WorkerPool {

  private static final int PIECES_PER_THREAD = 4;

  /** A thread that sleeps takes as long to wake up. */
  private static final long SPIN_NANOS = 50_000;

  private static final WorkerPool SHARED = new WorkerPool(sharedThreads());

  private final int threads;
  private final Executor others;
  private final ThreadLocal<Boolean> insideWorker = ThreadLocal.withInitial(() -> false);

  /** Makes a pool of daemon threads. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.threads = threads;
    AtomicLong number = new AtomicLong();
    int count = Math.max(1, threads - 1);
    others =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new SpinningQueue(),
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
   * @param grain a piece has a multiple of this many items, the last one excepted; too few items
   *     for two pieces run on the caller's thread
   */
  public void forRange(long items, long grain, RangeTask task) {
    long grains = (items + grain - 1) / grain;
    if (threads == 1 || grains < 2 || insideWorker.get()) {
      task.run(0, items);
      return;
    }
    long most = (long) threads * PIECES_PER_THREAD;
    Job job = new Job(items, (grains + most - 1) / most * grain, task);
    for (int helpers = Math.min(threads, job.pieces) - 1; helpers > 0; helpers--) {
      others.execute(job);
    }
    job.run();
    job.await();
  }

  /** One call's work, from which threads take pieces until none is left. */
  private final class Job implements Runnable {

    private final long items;
    private final long size;
    private final RangeTask task;
    private final int pieces;
    private final AtomicLong next = new AtomicLong();
    private final CountDownLatch open;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Prepares the work.
     *
     * @param size items of a piece
     */
    Job(long items, long size, RangeTask task) {
      this.items = items;
      this.size = size;
      this.task = task;
      pieces = Math.toIntExact((items + size - 1) / size);
      open = new CountDownLatch(pieces);
    }

    @Override
    public void run() {
      insideWorker.set(true);
      try {
        for (long from = next.getAndAdd(size); from < items; from = next.getAndAdd(size)) {
          runPiece(from);
        }
      } finally {
        insideWorker.set(false);
      }
    }

    private void runPiece(long from) {
      try {
        if (failure.get() == null) {
          task.run(from, Math.min(items, from + size));
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      } finally {
        open.countDown();
      }
    }

    /** Waits even when interrupted: the arrays of a running task must not be freed under it. */
    void await() {
      spinUntil(() -> open.getCount() == 0);
      boolean interrupted = false;
      while (true) {
        try {
          open.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      rethrow();
    }

    private void rethrow() {
      if (failure.get() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure.get() instanceof Error error) {
        throw error;
      }
    }
  }

  /** Whoever waits for its next element looks out for it for a moment before going to sleep. */
  private static final class SpinningQueue extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1L;

    @Override
    public Runnable take() throws InterruptedException {
      spinUntil(() -> !isEmpty());
      return super.take();
    }
  }

  private static void spinUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + SPIN_NANOS;
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static int sharedThreads() {
    String threads = System.getenv("OMP_NUM_THREADS");
    return threads != null && threads.matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(threads)
        : Runtime.getRuntime().availableProcessors();
  }
}
