package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes Adam (Kingma and Ba 2015, arXiv 1412.6980), with coupled L2 where decay is asked for. */
public final class AdamFactory implements OptimizerFactory<AdamConfig> {

  @Override
  public Class<AdamConfig> configType() {
    return AdamConfig.class;
  }

  @Override
  public Optimizer create(AdamConfig config, INDArray parameters, INDArray gradients) {
    AdamWConfig options =
        new AdamWConfig(
            config.lr(), config.beta1(), config.beta2(), config.eps(), config.weightDecay());
    return new Adam(options, Adam.Decay.COUPLED, parameters, gradients);
  }
}
