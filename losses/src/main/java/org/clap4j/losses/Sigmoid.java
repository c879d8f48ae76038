package org.clap4j.losses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.EmbeddingPairs;
import org.clap4j.core.loss.LogitScale;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.ScaledLoss;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sigmoid loss (SigLIP): each of the N N combinations of a clip and a caption is told by itself
 * whether it is a pair.
 *
 * <pre>
 * loss = -(1/N) sum_ij log sigmoid(y_ij (z_ij + logitBias)),   y_ij = 1 if i = j, else -1
 * z_ij = logitScale audio_i . text_j
 * </pre>
 *
 * <p>Scale and bias are trained; the bias starts low because most combinations are no pairs. To
 * take for large batches; for small ones {@link InfoNce} is the safer choice. After Zhai et al.
 * 2023 (arXiv 2303.15343).
 */
public final class Sigmoid implements ContrastiveLoss {

  /** Name of the trained bias. */
  public static final String LOGIT_BIAS = "logit_bias";

  private final LogitScale logitScale;
  private final double initialBias;

  private Sigmoid(LogitScale logitScale, double initialBias) {
    this.logitScale = logitScale;
    this.initialBias = initialBias;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(SigmoidConfig config) {
    return new Sigmoid(LogitScale.of(config.temperature()), config.initialBias());
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(logitScale.parameters());
    Initializer start = new Initializer.Constant(initialBias);
    specs.add(new ParameterSpec(LOGIT_BIAS, ParameterSpec.Kind.NO_DECAY, start, 1));
    return specs;
  }

  /** With the bias that suits it best: one pair among N combinations. */
  @Override
  public double chance(int pairs) {
    return Math.log(pairs) + (pairs - 1) * Math.log(pairs / (pairs - 1.0));
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    OfLogits loss =
        new OfLogits(
            ids.size(), parameters.scalar(LOGIT_BIAS), Exponential.of(audio_ND.dataType()));
    ScaledLoss.Output output =
        TiledLogits.evaluate(audio_ND, text_ND, logitScale.value(parameters), loss);
    Map<String, INDArray> gradients =
        new LinkedHashMap<>(logitScale.gradient(parameters, output.logLogitScaleGradient()));
    INDArray bias = parameters.get(LOGIT_BIAS);
    gradients.put(
        LOGIT_BIAS, Nd4j.valueArrayOf(bias.shape(), loss.biasGradient(), bias.dataType()));
    return new LossOutput(output.value(), output.audioGradient(), output.textGradient(), gradients);
  }

  @Override
  public double logitScale(LossParameters parameters) {
    return logitScale.value(parameters);
  }

  @Override
  public boolean isClamped(LossParameters parameters) {
    return logitScale.isClamped(parameters);
  }

  @Override
  public void afterStep(LossParameters parameters, long steps) {
    logitScale.afterStep(parameters, steps);
  }

  static final class OfLogits implements LogitLoss {

    private final int pairs;
    private final double bias;
    private final Exponential exponential;
    private final double[] losses;
    private final double[] biasGradients;

    OfLogits(int pairs, double bias, Exponential exponential) {
      this.pairs = pairs;
      this.bias = bias;
      this.exponential = exponential;
      losses = new double[pairs];
      biasGradients = new double[pairs];
    }

    double biasGradient() {
      return LogSumExps.sum(biasGradients, pairs) / pairs;
    }

    @Override
    public void gather(LogitTile tile) {
      tile.forRows(
          (i, z, scratch) -> {
            for (int j = 0; j < pairs; j++) {
              z[j] += bias;
            }
            z[i] = -z[i];
            losses[i] = sumOfSoftplus(z, scratch);
          });
    }

    /** sum log(1 + exp x) = sum max(x, 0) + log(1 + exp(-|x|)). */
    private double sumOfSoftplus(double[] x, double[] scratch) {
      for (int j = 0; j < pairs; j++) {
        scratch[j] = -Math.abs(x[j]);
      }
      exponential.exp(scratch, pairs);
      exponential.log1p(scratch, pairs);
      for (int j = 0; j < pairs; j++) {
        scratch[j] += Math.max(x[j], 0);
      }
      return LogSumExps.sum(scratch, pairs);
    }

    @Override
    public Gathered finish() {
      return new Gathered(LogSumExps.sum(losses, pairs), this::differentiate);
    }

    /** dz = sigmoid(x) for negatives, -sigmoid(-x) for the pair, x = z + bias. */
    private void differentiate(int i, double[] z, double[] scratch, double[] gradient) {
      for (int j = 0; j < pairs; j++) {
        gradient[j] = z[j] + bias;
      }
      gradient[i] = -gradient[i];
      for (int j = 0; j < pairs; j++) {
        scratch[j] = -Math.abs(gradient[j]);
      }
      exponential.exp(scratch, pairs);
      for (int j = 0; j < pairs; j++) {
        gradient[j] = (gradient[j] >= 0 ? 1 : scratch[j]) / (1 + scratch[j]);
      }
      gradient[i] = -gradient[i];
      biasGradients[i] = LogSumExps.sum(gradient, pairs);
    }
  }
}
