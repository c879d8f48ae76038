package org.clap4j.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterDrawing;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.random.RandomSeed;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one block without a graph. Lent arrays start as NaN, scratch arrays become NaN when a call
 * returns and gradients are NaN before a backward call, so that a block that reads what it has not
 * written shows it.
 *
 * <pre>{@code
 * ArrayBlockContext context = new ArrayBlockContext(block, DataType.FLOAT, RandomSeed.of(1));
 * context.parameter("weight").assign(golden);
 * INDArray output = context.forward(input);
 * INDArray inputGradient = context.backward(outputGradient);
 * INDArray weightGradient = context.gradient("weight");
 * }</pre>
 *
 * <p>A new context is in training mode: it keeps for backward, drops out and uses the batch's
 * statistics.
 */
public final class ArrayBlockContext implements BlockContext {

  private final Block block;
  private final DataType dataType;
  private final RandomSeed seed;
  private final Map<String, INDArray> parameters = new LinkedHashMap<>();
  private final Map<String, INDArray> gradients = new LinkedHashMap<>();
  private final Map<String, Object> saved = new HashMap<>();
  private final List<INDArray> scratch = new ArrayList<>();

  private Kernels kernels;
  private boolean keepsForBackward = true;
  private boolean needsInputGradient = true;
  private boolean dropsOut = true;
  private boolean usesBatchStatistics = true;
  private @Nullable INDArray mask;

  /** Makes a context with fresh parameters, drawn from the seed as a model would. */
  public ArrayBlockContext(Block block, DataType dataType, RandomSeed seed) {
    this.block = block;
    this.dataType = dataType;
    this.seed = seed;
    this.kernels = Kernels.of(dataType);
    for (ParameterSpec spec : block.parameters()) {
      parameters.put(spec.name(), draw(spec));
      gradients.put(spec.name(), lend(spec.shape()));
    }
  }

  private INDArray draw(ParameterSpec spec) {
    INDArray array = Nd4j.createUninitialized(dataType, spec.shape(), 'c');
    ParameterDrawing.draw(spec, seed.split(spec.name()), array);
    return array;
  }

  /** Chooses the form of the kernels. */
  public ArrayBlockContext withKernels(Kernels form) {
    kernels = form;
    return this;
  }

  /** Sets the token mask, [B, L]. */
  public ArrayBlockContext withMask(@Nullable INDArray tokens) {
    mask = tokens;
    return this;
  }

  /** Sets whether forward must save for backward. */
  public ArrayBlockContext keepsForBackward(boolean value) {
    keepsForBackward = value;
    return this;
  }

  /** Sets whether backward must compute the input's gradient. */
  public ArrayBlockContext needsInputGradient(boolean value) {
    needsInputGradient = value;
    return this;
  }

  /** Sets whether dropout acts. */
  public ArrayBlockContext dropsOut(boolean value) {
    dropsOut = value;
    return this;
  }

  /** Sets whether batch norm uses the batch's statistics. */
  public ArrayBlockContext usesBatchStatistics(boolean value) {
    usesBatchStatistics = value;
    return this;
  }

  /** Sets the mode of inference: nothing kept, no dropout, running statistics. */
  public ArrayBlockContext inference() {
    return keepsForBackward(false).dropsOut(false).usesBatchStatistics(false);
  }

  /** Runs the block's forward. */
  public INDArray forward(INDArray input) {
    saved.clear();
    INDArray output = block.forward(this, input);
    poisonScratch();
    return output;
  }

  /** Runs the block's backward through the last forward. */
  public INDArray backward(INDArray outputGradient) {
    gradients.values().forEach(ArrayBlockContext::poison);
    INDArray inputGradient = block.backward(this, outputGradient);
    poisonScratch();
    return inputGradient;
  }

  private void poisonScratch() {
    scratch.forEach(ArrayBlockContext::poison);
    scratch.clear();
  }

  private static void poison(INDArray array) {
    array.assign(Double.NaN);
  }

  private INDArray lend(long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, dataType);
  }

  @Override
  public INDArray parameter(String name) {
    return named(parameters, name);
  }

  @Override
  public INDArray gradient(String name) {
    return named(gradients, name);
  }

  private static INDArray named(Map<String, INDArray> arrays, String name) {
    INDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "the block has no parameter '" + name + "'; it has " + arrays.keySet());
    }
    return array;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public boolean keepsForBackward() {
    return keepsForBackward;
  }

  @Override
  public boolean needsInputGradient() {
    return needsInputGradient;
  }

  @Override
  public boolean dropsOut() {
    return dropsOut;
  }

  @Override
  public boolean usesBatchStatistics() {
    return usesBatchStatistics;
  }

  @Override
  public SplittableRandom random() {
    return seed.split("random").generator();
  }

  @Override
  public @Nullable INDArray mask() {
    return mask;
  }

  @Override
  public INDArray activation(long... shape) {
    return lend(shape);
  }

  @Override
  public INDArray inputGradient(long... shape) {
    return lend(shape);
  }

  @Override
  public INDArray scratch(long... shape) {
    INDArray array = lend(shape);
    scratch.add(array);
    return array;
  }

  @Override
  public void save(String name, Object value) {
    if (!keepsForBackward) {
      throw new IllegalStateException(
          "the block saves '" + name + "' though nothing is kept for backward");
    }
    saved.put(name, value);
  }

  @Override
  public <T> T saved(String name, Class<T> type) {
    Object value = saved.get(name);
    if (value == null) {
      throw new IllegalStateException("forward has not saved '" + name + "'");
    }
    return type.cast(value);
  }
}
