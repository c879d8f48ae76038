package org.clap4j.core.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.random.RandomSeed;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lays a layer's parameters one after the other, row-major, into its slice of the flat vector. */
final class ParameterViews implements ParamInitializer {

  static final ParameterViews INSTANCE = new ParameterViews();

  /**
   * What DL4J calls a parameter: it takes what stands behind a name's last '_' for the parameter
   * and what stands before it for the layer.
   */
  static String key(String parameterName) {
    return parameterName.replace('_', '-');
  }

  private static List<ParameterSpec> specs(Layer layer) {
    return ((ParametricLayer) layer).ownedParameters();
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return specs(layer).stream().mapToLong(ParameterSpec::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return specs(layer).stream().map(spec -> key(spec.name())).toList();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return specs(layer).stream()
        .filter(ParametricLayer::isWeight)
        .map(spec -> key(spec.name()))
        .toList();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return specs(layer).stream()
        .filter(spec -> !ParametricLayer.isWeight(spec))
        .map(spec -> key(spec.name()))
        .toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, @Nullable INDArray slice, boolean initializeParams) {
    List<ParameterSpec> specs = specs(conf.getLayer());
    specs.forEach(spec -> conf.addVariable(key(spec.name())));
    Map<String, INDArray> views = views(conf, slice);
    if (initializeParams && ((ParametricLayer) conf.getLayer()).drawsParameters()) {
      RandomSeed seed = RandomSeed.of(conf.getSeed()).split(conf.getLayer().getLayerName());
      for (ParameterSpec spec : specs) {
        INDArray view = views.get(key(spec.name()));
        if (view != null) {
          ParameterDrawing.draw(spec, seed.split(spec.name()), view);
        }
      }
    }
    return views;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray slice) {
    return views(conf, slice);
  }

  private static Map<String, INDArray> views(
      NeuralNetConfiguration conf, @Nullable INDArray slice) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    if (slice == null) {
      return views;
    }
    INDArray flat = slice.reshape(slice.length());
    long offset = 0;
    for (ParameterSpec spec : specs(conf.getLayer())) {
      INDArray part = flat.get(NDArrayIndex.interval(offset, offset + spec.length()));
      views.put(key(spec.name()), part.reshape('c', spec.shape()));
      offset += spec.length();
    }
    return views;
  }
}
