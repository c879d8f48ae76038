package org.clap4j.training.optim;

import java.util.LinkedHashMap;
import java.util.Map;
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

  Adam(AdamWConfig options, Decay decay, INDArray parameters, INDArray gradients) {
    this.options = options;
    this.decay = decay;
    this.parameters = parameters;
    this.gradients = gradients;
    this.mean = FlatVectors.zerosLike(parameters);
    this.meanSquare = FlatVectors.zerosLike(parameters);
  }

  @Override
  public double learningRate() {
    return options.lr();
  }

  @Override
  public void update(FlatSlice slice, StepTerms terms) {
    INDArray p = slice.of(parameters);
    INDArray m = slice.of(mean);
    INDArray v = slice.of(meanSquare);
    double weightDecay = slice.decays() ? options.weightDecay() : 0;
    try (INDArray g = slice.of(gradients).mul(terms.gradientScale())) {
      if (weightDecay > 0 && decay == Decay.COUPLED) {
        try (INDArray pull = p.mul(weightDecay)) {
          g.addi(pull);
        }
      }
      if (weightDecay > 0 && decay == Decay.DECOUPLED) {
        p.muli(1 - terms.learningRate() * weightDecay);
      }
      remember(m, v, g);
    }
    move(p, m, v, terms);
  }

  private void remember(INDArray m, INDArray v, INDArray g) {
    m.muli(options.beta1());
    v.muli(options.beta2());
    try (INDArray share = g.mul(1 - options.beta1())) {
      m.addi(share);
    }
    try (INDArray square = g.mul(g)) {
      v.addi(square.muli(1 - options.beta2()));
    }
  }

  private void move(INDArray p, INDArray m, INDArray v, StepTerms terms) {
    double meanCorrection = 1 - Math.pow(options.beta1(), terms.step());
    double squareCorrection = 1 - Math.pow(options.beta2(), terms.step());
    try (INDArray root = v.div(squareCorrection);
        INDArray change = m.mul(terms.learningRate() / meanCorrection)) {
      FlatVectors.squareRoot(root).addi(options.eps());
      p.subi(change.divi(root));
    }
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
