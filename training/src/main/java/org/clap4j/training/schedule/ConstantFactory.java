package org.clap4j.training.schedule;

/** Makes a constant rate, after a linear warm-up where one is asked for. */
public final class ConstantFactory implements ScheduleFactory<ConstantConfig> {

  @Override
  public Class<ConstantConfig> configType() {
    return ConstantConfig.class;
  }

  @Override
  public Schedule create(ConstantConfig config, double base, long totalSteps) {
    WarmUp warmUp = config.warmUp();
    return step -> warmUp.covers(step) ? warmUp.learningRate(base, step) : base;
  }
}
