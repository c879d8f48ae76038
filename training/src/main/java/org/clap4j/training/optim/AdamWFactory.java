package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101). */
public final class AdamWFactory implements OptimizerFactory<AdamWConfig> {

  @Override
  public Class<AdamWConfig> configType() {
    return AdamWConfig.class;
  }

  @Override
  public Optimizer create(AdamWConfig config, INDArray parameters, INDArray gradients) {
    return new Adam(config, Adam.Decay.DECOUPLED, parameters, gradients);
  }
}
