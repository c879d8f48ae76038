package org.clap4j.training.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.OptimizerKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adam (Kingma and Ba 2015) with either form of weight decay. With g the gradient, p the parameter,
 * t the step from 1:
 *
 * <pre>
 * decoupled (AdamW):  p -= lr wd p          coupled (L2):  g += wd p
 * m = b1 m + (1 - b1) g
 * v = b2 v + (1 - b2) g^2
 * p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 * </pre>
 *
 * <p>State: {@code exp_avg} (m) and {@code exp_avg_sq} (v).
 */
final class Adam implements Optimizer {

  /** How weight decay acts. */
  enum Decay {
    DECOUPLED,
    COUPLED
  }

  private final AdamWConfig options;
  private final Decay decay;
  private final INDArray parameters;
  private final INDArray gradients;
  private final INDArray mean;
  private final INDArray meanSquare;
  private final OptimizerKernels kernels;

  Adam(AdamWConfig options, Decay decay, INDArray parameters, INDArray gradients) {
    this.options = options;
    this.decay = decay;
    this.parameters = parameters;
    this.gradients = gradients;
    this.mean = FlatVectors.zerosLike(parameters);
    this.meanSquare = FlatVectors.zerosLike(parameters);
    this.kernels = Kernels.of(parameters.dataType()).optimizers();
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void update(FlatSlice slice, StepTerms terms) {
    FlatVectors.scale(slice.of(gradients), terms.gradientScale());
    double weightDecay = slice.decays() ? options.weightDecay() : 0;
    if (decay == Decay.COUPLED && weightDecay > 0) {
      FlatVectors.addScaled(slice.of(gradients), weightDecay, slice.of(parameters));
    }
    kernels.adamW(
        parameters,
        gradients,
        mean,
        meanSquare,
        slice.offset(),
        slice.end(),
        terms.learningRate(),
        options.beta1(),
        options.beta2(),
        options.eps(),
        decay == Decay.DECOUPLED ? weightDecay : 0,
        terms.step());
  }

  @Override
  public Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    state.put("exp_avg", mean);
    state.put("exp_avg_sq", meanSquare);
    return state;
  }

  @Override
  public void close() {
    mean.close();
    meanSquare.close();
  }
}
