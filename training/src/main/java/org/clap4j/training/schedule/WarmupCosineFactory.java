package org.clap4j.training.schedule;

/**
 * Makes a linear warm-up followed by half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983).
 * After w warm-up steps of T in all, with r the ratio that is left at the end:
 *
 * <pre>
 * x = min(1, (k - w) / (T - w))
 * rate = base (r + (1 - r) (1 + cos(pi x)) / 2)
 * </pre>
 */
public final class WarmupCosineFactory implements ScheduleFactory<WarmupCosineConfig> {

  @Override
  public Class<WarmupCosineConfig> configType() {
    return WarmupCosineConfig.class;
  }

  @Override
  public Schedule create(WarmupCosineConfig config, double base, long totalSteps) {
    WarmUp warmUp = config.warmUp();
    double r = config.minRatio();
    return step -> {
      if (warmUp.covers(step)) {
        return warmUp.learningRate(base, step);
      }
      double x = share(step - warmUp.steps(), totalSteps - warmUp.steps());
      return base * (r + (1 - r) * (1 + Math.cos(Math.PI * x)) / 2);
    };
  }

  private static double share(long done, long all) {
    return done >= all ? 1 : (double) done / all;
  }
}
