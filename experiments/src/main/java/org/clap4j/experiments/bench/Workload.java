package org.clap4j.experiments.bench;

/** Work that is measured: each run does the whole batch once. */
@FunctionalInterface
public interface Workload extends Runnable, AutoCloseable {

  /**
   * Brings code and memory to where rounds find them: a round, or less where that takes minutes.
   */
  default void warmUp() {
    run();
  }

  /** Frees what the workload holds. */
  @Override
  default void close() {}

  /** Sets a workload up. */
  @FunctionalInterface
  interface Setup {

    /** Sets the workload up for batches of that many items. */
    Workload open(int batch);
  }
}
