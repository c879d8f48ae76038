package org.clap4j.training.schedule;

/** Makes a rate that falls when a metric stalls, by the rules of torch's ReduceLROnPlateau. */
public final class PlateauFactory implements ScheduleFactory<PlateauConfig> {

  @Override
  public Class<PlateauConfig> configType() {
    return PlateauConfig.class;
  }

  @Override
  public Schedule create(PlateauConfig config, double base, long totalSteps) {
    Plateau plateau = new Plateau(config, base);
    return config.metric().equals(TrainLossPlateau.METRIC)
        ? new TrainLossPlateau(plateau)
        : plateau;
  }
}
