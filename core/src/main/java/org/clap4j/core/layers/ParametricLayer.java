package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A DL4J layer whose parameters are declared by {@link ParameterSpec}s. Unless a layer says
 * otherwise, their values are drawn and updated outside DL4J.
 */
@JsonIgnoreProperties({"gradientNormalization", "gradientNormalizationThreshold"})
abstract class ParametricLayer extends Layer {

  @JsonProperty private final boolean ownsParameters;

  /**
   * Makes a layer.
   *
   * @param ownsParameters false if another graph's layer holds the parameters, and this one is to
   *     {@linkplain ParametricRuntime#shareParametersOf share} them
   */
  ParametricLayer(boolean ownsParameters) {
    this.ownsParameters = ownsParameters;
  }

  /** The arrays that the layer uses. */
  abstract List<ParameterSpec> parameters();

  /** The arrays that the graph must allocate for the layer. */
  List<ParameterSpec> ownedParameters() {
    return ownsParameters ? parameters() : List.of();
  }

  /** Whether what DL4J calls a parameter by that name is a running statistic. */
  boolean isState(String key) {
    return parameters().stream()
        .anyMatch(
            spec ->
                ParameterViews.key(spec.name()).equals(key)
                    && spec.kind() == ParameterSpec.Kind.STATE);
  }

  /** Whether the graph draws the parameters when it is made. */
  boolean drawsParameters() {
    return false;
  }

  @Override
  public ParamInitializer initializer() {
    return ParameterViews.INSTANCE;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    throw new UnsupportedOperationException(
        "a graph with blocks takes no setInputTypes: blocks check their shapes themselves, and nIn of"
            + " the layers behind them is to be set");
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {}

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String name) {
    return List.of();
  }

  @Override
  public IUpdater getUpdaterByParam(String name) {
    return new NoOp();
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  @Override
  public GradientNormalization getGradientNormalization() {
    return GradientNormalization.None;
  }

  @Override
  public double getGradientNormalizationThreshold() {
    return 0;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    throw new UnsupportedOperationException("memory reports are not made for blocks");
  }

  static boolean isWeight(ParameterSpec spec) {
    return spec.kind() == Kind.WEIGHT;
  }
}
