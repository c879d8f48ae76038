package org.clap4j.training.optim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.OptimizerKernels;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.model.Tower;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Applies an optimiser to a model: measures the gradient, clips it, and updates what is not frozen,
 * each tower at its own rate. Running statistics move by their slot of the gradient, once per step,
 * apart from norms, clipping, decay and learning rate.
 *
 * <p>Each part counts its own updates, so that Adam's bias correction starts when it is unfrozen.
 */
public final class ModelOptimizer implements AutoCloseable {

  private final List<Parameter> parameters;
  private final INDArray flatParameters;
  private final INDArray flatGradients;
  private final Optimizer optimizer;
  private final OptimizerKernels kernels;
  private final Map<Tower, Double> rateFactors;
  private final Map<Part, List<FlatSlice>> trained = new EnumMap<>(Part.class);
  private final Map<Part, List<FlatSlice>> states = new EnumMap<>(Part.class);
  private final Map<Part, Long> updates = new EnumMap<>(Part.class);

  /**
   * Binds an optimiser to a model.
   *
   * @param parameters every array of the model, in the order of the flat vectors
   * @param flatParameters [n]
   * @param flatGradients [n]
   * @param optimizer made for the same two vectors; closed with this object
   * @param rateFactors what the learning rate is multiplied with, per tower; 1 where absent
   */
  public ModelOptimizer(
      List<Parameter> parameters,
      INDArray flatParameters,
      INDArray flatGradients,
      Optimizer optimizer,
      Map<Tower, Double> rateFactors) {
    this.parameters = List.copyOf(parameters);
    this.flatParameters = flatParameters;
    this.flatGradients = flatGradients;
    this.optimizer = optimizer;
    this.kernels = Kernels.of(flatGradients.dataType()).optimizers();
    this.rateFactors = Map.copyOf(rateFactors);
    for (Part part : Part.values()) {
      trained.put(part, new ArrayList<>());
      states.put(part, new ArrayList<>());
      updates.put(part, 0L);
    }
    this.parameters.forEach(this::addSlice);
  }

  private void addSlice(Parameter parameter) {
    Map<Part, List<FlatSlice>> kind = isState(parameter) ? states : trained;
    List<FlatSlice> slices = kind.getOrDefault(parameter.part(), List.of());
    FlatSlice slice = new FlatSlice(parameter.offset(), parameter.length(), decays(parameter));
    FlatSlice last = slices.isEmpty() ? null : slices.get(slices.size() - 1);
    if (last != null && last.end() == slice.offset() && last.decays() == slice.decays()) {
      slices.set(
          slices.size() - 1,
          new FlatSlice(last.offset(), last.length() + slice.length(), slice.decays()));
    } else {
      slices.add(slice);
    }
  }

  private static boolean isState(Parameter parameter) {
    return parameter.kind() == ParameterSpec.Kind.STATE;
  }

  /** Decay spares biases, norms, and whatever has one dimension. */
  private static boolean decays(Parameter parameter) {
    return parameter.kind() == ParameterSpec.Kind.WEIGHT && parameter.value().rank() > 1;
  }

  /** The learning rate that a schedule starts from. */
  public double learningRate() {
    return optimizer.learningRate();
  }

  /**
   * Measures the gradient. The sums are taken in double and in a fixed order.
   *
   * @param frozen parts that are left out
   */
  public GradientNorms gradientNorms(Set<Part> frozen) {
    Map<Tower, Double> squares = new EnumMap<>(Tower.class);
    for (Part part : active(frozen)) {
      double sum = 0;
      for (FlatSlice slice : trained.getOrDefault(part, List.of())) {
        sum += kernels.squareSum(flatGradients, slice.offset(), slice.end());
      }
      squares.merge(part.tower(), sum, Double::sum);
    }
    return GradientNorms.ofSquares(squares);
  }

  /** Whether what the running statistics are to move by is finite. */
  public boolean statisticsAreFinite(Set<Part> frozen) {
    double sum = 0;
    for (Part part : active(frozen)) {
      for (FlatSlice slice : states.getOrDefault(part, List.of())) {
        sum += kernels.squareSum(flatGradients, slice.offset(), slice.end());
      }
    }
    return Double.isFinite(sum);
  }

  /**
   * Updates parameters and running statistics.
   *
   * @param learningRate this step's rate, before the towers' factors
   * @param gradientScale clipping coefficient, in [0, 1]
   * @param frozen parts that stay as they are
   */
  public void update(double learningRate, double gradientScale, Set<Part> frozen) {
    for (Part part : active(frozen)) {
      long step = updates.merge(part, 1L, Long::sum);
      double rate = learningRate * rateFactors.getOrDefault(part.tower(), 1.0);
      StepTerms terms = new StepTerms(rate, gradientScale, step);
      trained.getOrDefault(part, List.of()).forEach(slice -> optimizer.update(slice, terms));
      for (FlatSlice slice : states.getOrDefault(part, List.of())) {
        slice.of(flatParameters).subi(slice.of(flatGradients));
      }
    }
  }

  private static Set<Part> active(Set<Part> frozen) {
    Set<Part> active = EnumSet.allOf(Part.class);
    active.removeAll(frozen);
    return active;
  }

  /** How often each part has been updated. */
  public Map<Part, Long> updates() {
    return Map.copyOf(updates);
  }

  /** Goes on counting from a checkpoint. */
  public void restoreUpdates(Map<Part, Long> counts) {
    updates.putAll(counts);
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
      if (!isState(parameter)) {
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
