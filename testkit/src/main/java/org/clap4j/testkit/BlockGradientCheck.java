package org.clap4j.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.random.RandomSeed;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares a block's gradients with central differences in double precision, for the input and for
 * every trained parameter, of the objective sum(output * G) with a random G.
 *
 * <pre>{@code
 * BlockGradientCheck.of(new Linear(3, 5)).input(2, 3).verify();
 * }</pre>
 *
 * <p>Parameters are drawn from their initializers and then moved by a little noise, so that zeros
 * and ones do not hide errors. At most {@value #MAX_ELEMENTS} elements of each array are tried,
 * spread evenly.
 */
public final class BlockGradientCheck {

  private static final int MAX_ELEMENTS = 60;

  /** Step of the differences: the cube root of double's precision balances both errors. */
  private static final double STEP = 1e-5;

  /**
   * Bound on |analytic - numeric| / max(peak of the array, 1e-3): truncation is of order STEP^2,
   * rounding of 1e-16 / STEP times the size of the objective.
   */
  private static final double TOLERANCE = 1e-6;

  private static final double SMALLEST_PEAK = 1e-3;
  private static final double PARAMETER_NOISE = 0.1;

  private final Block block;
  private final ArrayBlockContext context;
  private final SplittableRandom random;
  private @Nullable INDArray input;
  private boolean checksInput = true;
  private int maxElements = MAX_ELEMENTS;

  private BlockGradientCheck(Block block, RandomSeed seed) {
    this.block = block;
    this.context = new ArrayBlockContext(block, DataType.DOUBLE, seed);
    this.random = seed.split("gradient-check").generator();
  }

  /** Starts a check of a block in training mode. */
  public static BlockGradientCheck of(Block block) {
    return of(block, RandomSeed.of(1));
  }

  /** Starts a check with a seed of its own. */
  public static BlockGradientCheck of(Block block, RandomSeed seed) {
    return new BlockGradientCheck(block, seed);
  }

  /** Takes a standard normal input of that shape. */
  public BlockGradientCheck input(long... shape) {
    return input(gaussian(1, shape));
  }

  /** Takes an input; it is copied to double. */
  public BlockGradientCheck input(INDArray array) {
    input = array.castTo(DataType.DOUBLE).dup('c');
    return this;
  }

  /** Tries at most that many elements of each array, where a forward pass is slow. */
  public BlockGradientCheck atMost(int elements) {
    maxElements = elements;
    return this;
  }

  /** Says that the input has no gradient: token ids. */
  public BlockGradientCheck withoutInputGradient() {
    checksInput = false;
    return this;
  }

  /** Sets the token mask, [B, L]. */
  public BlockGradientCheck mask(INDArray tokens) {
    context.withMask(tokens.castTo(DataType.DOUBLE));
    return this;
  }

  /** Gives the context, to set modes and parameters before {@link #verify}. */
  public ArrayBlockContext context() {
    return context;
  }

  /** Throws an AssertionError that lists the elements that differ. */
  public void verify() {
    if (input == null) {
      throw new IllegalStateException("give the check an input first");
    }
    for (ParameterSpec spec : trained()) {
      INDArray parameter = context.parameter(spec.name());
      parameter.addi(gaussian(PARAMETER_NOISE, parameter.shape()));
    }
    INDArray outputWeights = gaussian(1, context.forward(input).shape());
    INDArray inputGradient = context.backward(outputWeights.dup('c')).dup('c');

    List<String> failures = new ArrayList<>();
    if (checksInput) {
      compare("input", input, inputGradient, outputWeights, failures);
    }
    for (ParameterSpec spec : trained()) {
      INDArray gradient = context.gradient(spec.name()).dup('c');
      compare(spec.name(), context.parameter(spec.name()), gradient, outputWeights, failures);
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          block.getClass().getSimpleName()
              + ": gradients differ from central differences\n"
              + String.join("\n", failures));
    }
  }

  private List<ParameterSpec> trained() {
    return block.parameters().stream()
        .filter(spec -> spec.kind() != ParameterSpec.Kind.STATE)
        .toList();
  }

  private void compare(
      String name,
      INDArray array,
      INDArray gradient,
      INDArray outputWeights,
      List<String> failures) {
    double peak = Math.max(SMALLEST_PEAK, gradient.amaxNumber().doubleValue());
    long stride = Math.max(1, (array.length() + maxElements - 1) / maxElements);
    for (long i = 0; i < array.length(); i += stride) {
      double analytic = gradient.getDouble(i);
      double numeric = centralDifference(array, i, outputWeights);
      if (!(Math.abs(analytic - numeric) <= TOLERANCE * peak)) {
        failures.add(
            String.format(
                Locale.ROOT,
                "%s[%d]: backward gives %.9g, central difference %.9g (peak of the array %.3g)",
                name,
                i,
                analytic,
                numeric,
                peak));
      }
    }
  }

  private double centralDifference(INDArray array, long index, INDArray outputWeights) {
    double value = array.getDouble(index);
    array.putScalar(index, value + STEP);
    double above = objective(outputWeights);
    array.putScalar(index, value - STEP);
    double below = objective(outputWeights);
    array.putScalar(index, value);
    return (above - below) / (2 * STEP);
  }

  private double objective(INDArray outputWeights) {
    return context
        .forward(java.util.Objects.requireNonNull(input))
        .mul(outputWeights)
        .sumNumber()
        .doubleValue();
  }

  private INDArray gaussian(double standardDeviation, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.DOUBLE, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, standardDeviation * random.nextGaussian());
    }
    return array;
  }
}
