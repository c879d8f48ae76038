package org.clap4j.core.layers;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The output layer of a training graph: it asks a callback for the gradient with respect to its
 * input, and starts the backward pass with it. It holds the loss's own parameters, so that they lie
 * in the same flat vector as the towers'; their gradients are left 0.
 */
public final class SurrogateOutputLayer extends ParametricLayer {

  private final List<ParameterSpec> parameters;

  /** Makes the layer that holds a loss's parameters. */
  public SurrogateOutputLayer(List<ParameterSpec> parameters) {
    super(true);
    this.parameters = List.copyOf(parameters);
  }

  @Override
  List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      @Nullable INDArray parameterSlice,
      boolean initializeParams,
      DataType dataType) {
    SurrogateOutputRuntime runtime = new SurrogateOutputRuntime(conf, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(layerIndex);
    runtime.setParamsViewArray(parameterSlice);
    runtime.setParamTable(initializer().init(conf, parameterSlice, initializeParams));
    return runtime;
  }
}
