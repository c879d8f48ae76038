package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link Triplet} losses. */
public final class TripletFactory implements LossFactory<TripletConfig> {

  @Override
  public Class<TripletConfig> configType() {
    return TripletConfig.class;
  }

  @Override
  public ContrastiveLoss create(TripletConfig config, int embeddingDim) {
    return Triplet.of(config);
  }
}
