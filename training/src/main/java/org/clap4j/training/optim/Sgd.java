package org.clap4j.training.optim;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic gradient descent with momentum (no dampening). With g the gradient, p the parameter, b
 * the buffer:
 *
 * <pre>
 * g += wd p
 * b = mu b + g              (b is 0 at the start, so that the first b is g)
 * p -= lr b                 Nesterov: p -= lr (g + mu b)
 * </pre>
 *
 * <p>State: {@code momentum_buffer} (b), where there is momentum.
 */
final class Sgd implements Optimizer {

  private final SgdConfig options;
  private final INDArray parameters;
  private final INDArray gradients;
  private final @Nullable INDArray buffer;

  Sgd(SgdConfig options, INDArray parameters, INDArray gradients) {
    this.options = options;
    this.parameters = parameters;
    this.gradients = gradients;
    this.buffer = options.momentum() > 0 ? FlatVectors.zerosLike(parameters) : null;
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void update(FlatSlice slice, StepTerms terms) {
    INDArray p = slice.of(parameters);
    INDArray g = slice.of(gradients);
    FlatVectors.scale(g, terms.gradientScale());
    if (slice.decays() && options.weightDecay() > 0) {
      FlatVectors.addScaled(g, options.weightDecay(), p);
    }
    if (buffer != null) {
      addMomentum(g, slice.of(buffer));
    }
    FlatVectors.addScaled(p, -terms.learningRate(), g);
  }

  /** Turns the gradient into the direction of the step. */
  private void addMomentum(INDArray g, INDArray b) {
    b.muli(options.momentum()).addi(g);
    if (options.nesterov()) {
      FlatVectors.addScaled(g, options.momentum(), b);
    } else {
      g.assign(b);
    }
  }

  @Override
  public Map<String, INDArray> state() {
    return buffer == null ? Map.of() : Map.of("momentum_buffer", buffer);
  }

  @Override
  public void close() {
    if (buffer != null) {
      buffer.close();
    }
  }
}
