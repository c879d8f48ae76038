package org.clap4j.experiments.bench;

import java.util.Arrays;
import org.clap4j.core.kernels.WorkerPool;

/**
 * How long a workload's rounds took.
 *
 * @param name the workload
 * @param batch items of a round
 * @param threads cores that were there
 * @param medianSeconds median over the rounds, seconds of one round
 * @param inputRssMib memory that the process held before the first round, when inputs and models
 *     were there, in MiB; NaN where the system does not tell, or has no peak from then on
 * @param peakRssMib most memory that the process has held from then on, in MiB; NaN where the
 *     system does not tell
 */
public record Measurement(
    String name,
    int batch,
    int threads,
    double medianSeconds,
    double inputRssMib,
    double peakRssMib) {

  /** Unmeasured rounds at least, so that code and memory are what they will be. */
  private static final int WARM_UP_ROUNDS = 3;

  /** After that, enough is warmed up, however few rounds it were. */
  private static final double LONGEST_WARM_UP_SECONDS = 60;

  /**
   * Measures a workload.
   *
   * @param name what it is called
   * @param workload one round, set up
   * @param batch items of a round, at least 1
   * @param rounds measured rounds, at least 1
   * @param warmUpSeconds how long unmeasured rounds go on before, so that the JIT compiler is done
   * @param beforeRound called before each measured round, not measured itself
   */
  public static Measurement of(
      String name,
      Workload workload,
      int batch,
      int rounds,
      int warmUpSeconds,
      Runnable beforeRound) {
    requirePositive("batch", batch);
    requirePositive("rounds", rounds);
    double inputRssMib = ResidentMemory.resetPeak() ? ResidentMemory.mib() : Double.NaN;
    double warmedUp = 0;
    for (int i = 0;
        warmedUp < LONGEST_WARM_UP_SECONDS && (i < WARM_UP_ROUNDS || warmedUp < warmUpSeconds);
        i++) {
      warmedUp += seconds(workload::warmUp);
    }
    double[] times = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      beforeRound.run();
      times[i] = seconds(workload);
    }
    int threads = WorkerPool.shared().threads();
    return new Measurement(
        name, batch, threads, median(times), inputRssMib, ResidentMemory.peakMib());
  }

  /** Items per second at the median. */
  public double itemsPerSecond() {
    return batch / medianSeconds;
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, was " + value);
    }
  }

  private static double seconds(Runnable workload) {
    long start = System.nanoTime();
    workload.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
