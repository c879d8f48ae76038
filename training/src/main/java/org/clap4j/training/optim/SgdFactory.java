package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes stochastic gradient descent with momentum, as torch.optim.SGD has it. */
public final class SgdFactory implements OptimizerFactory<SgdConfig> {

  @Override
  public Class<SgdConfig> configType() {
    return SgdConfig.class;
  }

  @Override
  public Optimizer create(SgdConfig config, INDArray parameters, INDArray gradients) {
    return new Sgd(config, parameters, gradients);
  }
}
