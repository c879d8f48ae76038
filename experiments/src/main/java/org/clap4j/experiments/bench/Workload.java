package org.clap4j.experiments.bench;

/** Work that is measured: each run does the whole batch once. */
public interface Workload extends Runnable, AutoCloseable {

  @Override
  void close();

  /** Sets a workload up. */
  @FunctionalInterface
  interface Setup {

    /** Sets the workload up for batches of that many items. */
    Workload open(int batch);
  }
}
