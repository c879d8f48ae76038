package org.clap4j.training.optim;

import org.clap4j.core.model.ComponentFactory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes an optimiser.
 *
 * @param <C> its configuration
 */
public interface OptimizerFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes the optimiser that a configuration describes.
   *
   * @param config its options
   * @param parameters [n], what it updates
   * @param gradients [n], what it reads
   */
  Optimizer create(C config, INDArray parameters, INDArray gradients);
}
