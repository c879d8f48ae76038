package org.clap4j.training.optim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.OptimizerKernels;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.model.Tower;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Applies an optimiser to a model: measures the gradient, clips it, and updates what is not frozen,
 * each tower and layer at its own rate. Running statistics move by their slot of the gradient, once
 * per step, apart from norms, clipping, decay and learning rate.
 *
 * <p>Each layer counts its own updates, so that Adam's bias correction starts when it is unfrozen.
 */
public final class ModelOptimizer implements AutoCloseable {

  private final List<Parameter> parameters;
  private final INDArray flatParameters;
  private final INDArray flatGradients;
  private final Optimizer optimizer;
  private final OptimizerKernels kernels;
  private final List<LayerSlices> layers = new ArrayList<>();

  /**
   * Binds an optimiser to a model.
   *
   * @param parameters every array of the model, in the order of the flat vectors
   * @param flatParameters [n]
   * @param flatGradients [n]
   * @param optimizer made for the same two vectors; closed with this object
   * @param rates what the learning rate is multiplied with, per tower; 1 where absent
   */
  public ModelOptimizer(
      List<Parameter> parameters,
      INDArray flatParameters,
      INDArray flatGradients,
      Optimizer optimizer,
      Map<Tower, TowerRate> rates) {
    this.parameters = List.copyOf(parameters);
    this.flatParameters = flatParameters;
    this.flatGradients = flatGradients;
    this.optimizer = optimizer;
    this.kernels = Kernels.of(flatGradients.dataType()).optimizers();
    Map<Part, Integer> depths = new EnumMap<>(Part.class);
    this.parameters.forEach(one -> depths.merge(one.part(), one.layer(), Math::max));
    Map<String, LayerSlices> byName = new LinkedHashMap<>();
    for (Parameter parameter : this.parameters) {
      Part part = parameter.part();
      TowerRate rate = rates.getOrDefault(part.tower(), new TowerRate(1, 1));
      int above = isEncoder(part) ? depths.getOrDefault(part, 0) - parameter.layer() + 1 : 0;
      byName
          .computeIfAbsent(
              LayerSlices.name(part, parameter.layer()),
              name -> new LayerSlices(part, parameter.layer(), rate.ofLayer(above)))
          .add(parameter);
    }
    layers.addAll(byName.values());
  }

  private static boolean isEncoder(Part part) {
    return part == Part.AUDIO_ENCODER || part == Part.TEXT_ENCODER;
  }

  /** The learning rate that a schedule starts from. */
  public double learningRate() {
    return optimizer.learningRate();
  }

  /**
   * Measures the gradient. The sums are taken in double and in a fixed order.
   *
   * @param frozen what is left out
   */
  public GradientNorms gradientNorms(Frozen frozen) {
    Map<Tower, Double> squares = new EnumMap<>(Tower.class);
    for (Tower tower : Tower.values()) {
      squares.put(tower, 0.0);
    }
    for (LayerSlices layer : active(frozen)) {
      squares.merge(layer.part().tower(), squareSum(layer.trained()), Double::sum);
    }
    return GradientNorms.ofSquares(squares, ofLoss());
  }

  private Map<String, Double> ofLoss() {
    Map<String, Double> norms = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.tower() == Tower.LOSS
          && parameter.length() == 1
          && parameter.kind() != ParameterSpec.Kind.STATE) {
        norms.put(parameter.name(), Math.abs(flatGradients.getDouble(parameter.offset())));
      }
    }
    return norms;
  }

  private double squareSum(List<FlatSlice> slices) {
    double sum = 0;
    for (FlatSlice slice : slices) {
      sum += kernels.squareSum(flatGradients, slice.offset(), slice.end());
    }
    return sum;
  }

  /** Whether what the running statistics are to move by is finite. */
  public boolean statisticsAreFinite(Frozen frozen) {
    double sum = 0;
    for (LayerSlices layer : active(frozen)) {
      sum += squareSum(layer.states());
    }
    return Double.isFinite(sum);
  }

  /**
   * Updates parameters and running statistics.
   *
   * @param learningRate this step's rate, before the factors of towers and layers
   * @param gradientScale clipping coefficient, in [0, 1]
   * @param frozen what stays as it is
   */
  public void update(double learningRate, double gradientScale, Frozen frozen) {
    for (LayerSlices layer : active(frozen)) {
      StepTerms terms =
          new StepTerms(learningRate * layer.rateFactor(), gradientScale, layer.countUpdate());
      layer.trained().forEach(slice -> optimizer.update(slice, terms));
      for (FlatSlice slice : layer.states()) {
        slice.of(flatParameters).subi(slice.of(flatGradients));
      }
    }
  }

  private List<LayerSlices> active(Frozen frozen) {
    return layers.stream().filter(layer -> !frozen.holds(layer.part(), layer.number())).toList();
  }

  /** How often each layer has been updated: {@code audio_encoder.1} and so on. */
  public Map<String, Long> updates() {
    Map<String, Long> updates = new LinkedHashMap<>();
    layers.forEach(layer -> updates.put(layer.name(), layer.updates()));
    return updates;
  }

  /** Goes on counting from a checkpoint. Older ones have counted for a part or tower together. */
  public void restoreUpdates(Map<String, Long> counts) {
    for (LayerSlices layer : layers) {
      String part = LayerSlices.name(layer.part());
      String tower = layer.part().tower().name().toLowerCase(Locale.ROOT);
      Stream.of(layer.name(), part, tower)
          .filter(counts::containsKey)
          .findFirst()
          .ifPresent(name -> layer.restoreUpdates(counts.getOrDefault(name, 0L)));
    }
  }

  /**
   * The optimiser's memory of each trained parameter, as views in the parameter's shape, by {@code
   * parameter.slot}: {@code audio_encoder.fc1.weight.exp_avg}. Assigning to them restores a
   * checkpoint.
   */
  public Map<String, INDArray> state() {
    Map<String, INDArray> named = new LinkedHashMap<>();
    Map<String, INDArray> slots = optimizer.state();
    for (Parameter parameter : parameters) {
      if (!LayerSlices.isState(parameter)) {
        FlatSlice slice = new FlatSlice(parameter.offset(), parameter.length(), false);
        slots.forEach(
            (slot, vector) ->
                named.put(
                    parameter.name() + "." + slot,
                    slice.of(vector).reshape('c', parameter.value().shape())));
      }
    }
    return named;
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
