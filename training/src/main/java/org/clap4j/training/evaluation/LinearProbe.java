package org.clap4j.training.evaluation;

import java.util.function.UnaryOperator;
import org.clap4j.training.optim.AdamConfig;
import org.clap4j.training.optim.AdamFactory;
import org.clap4j.training.optim.FlatSlice;
import org.clap4j.training.optim.Optimizer;
import org.clap4j.training.optim.StepTerms;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Logistic regression on embeddings: how much of the classes a straight boundary finds in them.
 * Multinomial where one class applies to each row, one class versus the rest where any number do.
 * Columns are standardised with the training rows' mean and deviation; what is minimised is mean
 * cross-entropy (summed over the classes where each is told from the rest) + |W|² / 2 N,
 * scikit-learn's {@code LogisticRegression} with C = 1. All in double precision, deterministic.
 *
 * <p>N: rows. D: embedding dimension. K: classes.
 */
public final class LinearProbe {

  private static final int STEPS = 1000;
  private static final double LEARNING_RATE = 0.1;
  private static final double SMALLEST_DEVIATION = 1e-12;

  private final INDArray mean_D;
  private final INDArray deviation_D;

  /** W above, b below. */
  private final INDArray weights_EK;

  /** Makes probabilities of scores, [N, K] each. */
  private final UnaryOperator<INDArray> link;

  private LinearProbe(
      INDArray mean_D, INDArray deviation_D, INDArray weights_EK, UnaryOperator<INDArray> link) {
    this.mean_D = mean_D;
    this.deviation_D = deviation_D;
    this.weights_EK = weights_EK;
    this.link = link;
  }

  /**
   * Fits classes of which one applies to each row.
   *
   * @param embeddings_ND [N, D]
   * @param labels_NK [N, K] 1 at the class of each row, else 0
   */
  public static LinearProbe fit(INDArray embeddings_ND, INDArray labels_NK) {
    return fit(embeddings_ND, labels_NK, scores_NK -> Transforms.softmax(scores_NK, false));
  }

  /**
   * Fits classes of which any number apply to each row.
   *
   * @param embeddings_ND [N, D]
   * @param labels_NK [N, K] 1 at each class of a row, else 0
   */
  public static LinearProbe fitOneVersusRest(INDArray embeddings_ND, INDArray labels_NK) {
    return fit(embeddings_ND, labels_NK, scores_NK -> Transforms.sigmoid(scores_NK, false));
  }

  private static LinearProbe fit(
      INDArray embeddings_ND, INDArray labels_NK, UnaryOperator<INDArray> link) {
    if (embeddings_ND.size(0) != labels_NK.size(0)) {
      throw new IllegalArgumentException(
          embeddings_ND.size(0) + " embeddings for " + labels_NK.size(0) + " labels");
    }
    INDArray x_ND = embeddings_ND.castTo(DataType.DOUBLE);
    INDArray mean_D = x_ND.mean(0);
    INDArray deviation_D = Transforms.max(x_ND.std(false, 0), SMALLEST_DEVIATION);
    long dim = x_ND.size(1);
    long classes = labels_NK.size(1);
    INDArray flat = Nd4j.zeros(DataType.DOUBLE, (dim + 1) * classes);
    INDArray gradient = Nd4j.zeros(DataType.DOUBLE, flat.length());
    LinearProbe probe =
        new LinearProbe(mean_D, deviation_D, flat.reshape('c', dim + 1, classes), link);
    INDArray input_NE = probe.input(x_ND);
    INDArray labels = labels_NK.castTo(DataType.DOUBLE);
    FlatSlice all = new FlatSlice(0, flat.length(), false);
    AdamConfig config = new AdamConfig(LEARNING_RATE, 0.9, 0.999, 1e-12, 0);
    try (Optimizer adam = new AdamFactory().create(config, flat, gradient)) {
      for (int step = 0; step < STEPS; step++) {
        gradient.assign(probe.gradient(input_NE, labels).reshape(flat.length()));
        double rate = LEARNING_RATE * 0.5 * (1 + Math.cos(Math.PI * step / STEPS));
        adam.update(all, new StepTerms(rate, 1, step + 1));
      }
    }
    return probe;
  }

  /** The objective's gradient, [D + 1, K]; the bias is not held back. */
  INDArray gradient(INDArray input_NE, INDArray labels_NK) {
    INDArray error_NK = link.apply(input_NE.mmul(weights_EK)).subi(labels_NK);
    INDArray gradient_EK = input_NE.transpose().mmul(error_NK);
    withoutBias(gradient_EK).addi(withoutBias(weights_EK));
    return gradient_EK.divi(input_NE.size(0));
  }

  private static INDArray withoutBias(INDArray array_EK) {
    return array_EK.get(NDArrayIndex.interval(0, array_EK.size(0) - 1), NDArrayIndex.all());
  }

  /** Standardised rows and a column of ones, [N, D + 1]. */
  INDArray input(INDArray embeddings_ND) {
    INDArray standard_ND =
        embeddings_ND.castTo(DataType.DOUBLE).subRowVector(mean_D).diviRowVector(deviation_D);
    return Nd4j.concat(1, standard_ND, Nd4j.ones(DataType.DOUBLE, standard_ND.size(0), 1));
  }

  /** Probabilities of the classes, [N, K]. */
  INDArray probabilities(INDArray embeddings_ND) {
    return link.apply(scores(embeddings_ND));
  }

  /** Scores of the classes, [N, K]: the higher, the likelier. */
  public INDArray scores(INDArray embeddings_ND) {
    return input(embeddings_ND).mmul(weights_EK);
  }
}
