package org.clap4j.core.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The running side of a {@link ParametricLayer}: holds views of the graph's flat parameter and
 * gradient vectors.
 */
public abstract class ParametricRuntime extends AbstractLayer<ParametricLayer> {

  private Map<String, INDArray> parameters = Map.of();
  private Map<String, INDArray> gradients = Map.of();
  private @Nullable INDArray parameterSlice;
  private @Nullable INDArray gradientSlice;

  ParametricRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** The vertex's name. */
  public String name() {
    return layerConf().getLayerName();
  }

  /** The arrays that the layer uses, in the order in which they lie in the flat vector. */
  public List<ParameterSpec> specs() {
    return layerConf().parameters();
  }

  /** Makes this layer use the arrays of another graph's layer. */
  public void shareParametersOf(ParametricRuntime owner) {
    parameters = owner.parameters;
  }

  /** The parameter of that name. */
  public INDArray parameter(String parameterName) {
    return named(parameters, parameterName);
  }

  /** Where the gradient of that parameter belongs. */
  public INDArray gradient(String parameterName) {
    return named(gradients, parameterName);
  }

  private INDArray named(Map<String, INDArray> arrays, String parameterName) {
    INDArray array = arrays.get(ParameterViews.key(parameterName));
    if (array == null) {
      throw new IllegalArgumentException(
          "layer "
              + name()
              + " has no array for parameter '"
              + parameterName
              + "'; it has "
              + arrays.keySet());
    }
    return array;
  }

  /** Sets all gradients of the layer to 0. */
  public void clearGradients() {
    gradients.values().forEach(gradient -> gradient.assign(0));
  }

  /** Gives DL4J the views that backward has written to. */
  Gradient gradientTable() {
    Gradient table = new DefaultGradient();
    gradients.forEach((key, gradient) -> table.setGradientFor(key, gradient, 'c'));
    return table;
  }

  @Override
  public @Nullable INDArray params() {
    return parameterSlice;
  }

  @Override
  public long numParams() {
    return parameters.values().stream().mapToLong(INDArray::length).sum();
  }

  @Override
  public INDArray getParam(String key) {
    return parameter(key);
  }

  @Override
  public void setParam(String key, INDArray value) {
    parameter(key).assign(value);
  }

  @Override
  public void setParamsViewArray(@Nullable INDArray slice) {
    parameterSlice = slice;
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
    return parameters;
  }

  @Override
  public void setParamTable(Map<String, INDArray> table) {
    parameters = new LinkedHashMap<>(table);
  }

  @Override
  public @Nullable INDArray getGradientsViewArray() {
    return gradientSlice;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray slice) {
    gradientSlice = slice;
    gradients = layerConf().initializer().getGradientsFromFlattened(conf, slice);
  }

  /** Running statistics are means already. */
  @Override
  public boolean updaterDivideByMinibatch(String parameterName) {
    return !layerConf().isState(parameterName);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {}
}
