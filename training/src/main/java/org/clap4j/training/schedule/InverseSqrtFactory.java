package org.clap4j.training.schedule;

/**
 * Makes the schedule of Vaswani et al. 2017: rate base k / w in the w steps of warm-up, base sqrt(w
 * / k) after them. It does not depend on the length of the run.
 */
public final class InverseSqrtFactory implements ScheduleFactory<InverseSqrtConfig> {

  @Override
  public Class<InverseSqrtConfig> configType() {
    return InverseSqrtConfig.class;
  }

  @Override
  public Schedule create(InverseSqrtConfig config, double base, long totalSteps) {
    WarmUp warmUp = new WarmUp(config.warmupSteps(), 0);
    return step ->
        warmUp.covers(step)
            ? warmUp.learningRate(base, step)
            : base * Math.sqrt((double) warmUp.steps() / step);
  }
}
