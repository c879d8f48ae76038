package org.clap4j.training.schedule;

/**
 * Makes a linear warm-up, a constant rate, and a fall over the last C of T steps, as open_clip has
 * it. With s = T - C the first step of the fall and e the rate at the end:
 *
 * <pre>
 * rate = e + (base - e) (1 - (k - s) / C)^power
 * </pre>
 */
public final class ConstantCooldownFactory implements ScheduleFactory<ConstantCooldownConfig> {

  @Override
  public Class<ConstantCooldownConfig> configType() {
    return ConstantCooldownConfig.class;
  }

  @Override
  public Schedule create(ConstantCooldownConfig config, double base, long totalSteps) {
    WarmUp warmUp = config.warmUp();
    long start = totalSteps - config.cooldownSteps();
    return step -> {
      if (warmUp.covers(step)) {
        return warmUp.learningRate(base, step);
      }
      if (step < start) {
        return base;
      }
      double left = Math.max(0, 1 - (double) (step - start) / config.cooldownSteps());
      return config.endLr() + (base - config.endLr()) * Math.pow(left, config.power());
    };
  }
}
