package org.clap4j.losses;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.EmbeddingPairs;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.ScaledLoss;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Triplet loss: a pair is to be more alike, by a margin, than a clip and another's caption, and
 * than a caption and another's clip.
 *
 * <pre>
 * hardest: loss = mean_i [max_{j != i} (m + s_ij - s_ii)+ + max_{j != i} (m + s_ji - s_ii)+]
 * all:     loss = mean_i [sum_{j != i} (m + s_ij - s_ii)+ + sum_{j != i} (m + s_ji - s_ii)+]
 * s_ij = audio_i . text_j
 * </pre>
 *
 * <p>It has no scale. To take where few pairs are at hand and nothing is to be tuned but a margin;
 * the hardest negatives may collapse the embeddings at the start, where all of them are a better
 * beginning. Of negatives that are equally hard the first one counts. A single pair gives 0. After
 * Faghri et al. 2018 (VSE++, arXiv 1707.05612).
 */
public final class Triplet implements ContrastiveLoss {

  private final TripletConfig config;

  private Triplet(TripletConfig config) {
    this.config = config;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(TripletConfig config) {
    return new Triplet(config);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    double[] own;
    try (INDArray products = audio_ND.mul(text_ND)) {
      own = products.sum(1).castTo(DataType.DOUBLE).toDoubleVector();
    }
    LogitLoss loss =
        switch (config.negatives()) {
          case HARDEST -> new Hardest(own, config.margin());
          case ALL -> new All(own, config.margin());
        };
    ScaledLoss.Output output = TiledLogits.evaluate(audio_ND, text_ND, 1, loss);
    return new LossOutput(output.value(), output.audioGradient(), output.textGradient(), Map.of());
  }

  /** Counts, for each anchor, the negatives that come too near, and adds up by how much. */
  static final class All implements LogitLoss {

    private final double[] own;
    private final double margin;
    private final double[] excess;
    private final int[] ofRow;
    private final int[] ofColumn;

    All(double[] own, double margin) {
      this.own = own;
      this.margin = margin;
      excess = new double[own.length];
      ofRow = new int[own.length];
      ofColumn = new int[own.length];
    }

    @Override
    public void gather(LogitTile tile) {
      double[] s = tile.values();
      int n = tile.columns();
      tile.forRows(
          (from, to, scratch) -> {
            for (int r = from; r < to; r++) {
              int i = tile.firstRow() + r;
              for (int j = 0; j < n; j++) {
                double hinge = margin + s[r * n + j] - own[i];
                if (j != i && hinge > 0) {
                  excess[i] += hinge;
                  ofRow[i]++;
                }
              }
            }
          });
      tile.forColumns(
          (from, to) -> {
            for (int r = 0; r < tile.rows(); r++) {
              int i = tile.firstRow() + r;
              for (int j = (int) from; j < to; j++) {
                double hinge = margin + s[r * n + j] - own[j];
                if (j != i && hinge > 0) {
                  excess[j] += hinge;
                  ofColumn[j]++;
                }
              }
            }
          });
    }

    @Override
    public double value() {
      return LogSumExps.sum(excess, excess.length) / excess.length;
    }

    @Override
    public void differentiate(int i, double[] s, double[] gradient) {
      double one = 1.0 / own.length;
      for (int j = 0; j < own.length; j++) {
        double ofClip = margin + s[j] - own[i] > 0 ? one : 0;
        gradient[j] = margin + s[j] - own[j] > 0 ? ofClip + one : ofClip;
      }
      gradient[i] = -one * (ofRow[i] + ofColumn[i]);
    }
  }

  /** Finds the negative that is most like each anchor. */
  static final class Hardest implements LogitLoss {

    private final double[] own;
    private final double margin;
    private final Highest ofRow;
    private final Highest ofColumn;

    Hardest(double[] own, double margin) {
      this.own = own;
      this.margin = margin;
      ofRow = new Highest(own.length);
      ofColumn = new Highest(own.length);
    }

    @Override
    public void gather(LogitTile tile) {
      double[] s = tile.values();
      int n = tile.columns();
      tile.forRows(
          (from, to, scratch) -> {
            for (int r = from; r < to; r++) {
              int i = tile.firstRow() + r;
              for (int j = 0; j < n; j++) {
                ofRow.see(i, j, s[r * n + j]);
              }
            }
          });
      tile.forColumns(
          (from, to) -> {
            for (int r = 0; r < tile.rows(); r++) {
              for (int j = (int) from; j < to; j++) {
                ofColumn.see(j, tile.firstRow() + r, s[r * n + j]);
              }
            }
          });
    }

    @Override
    public double value() {
      double sum = 0;
      for (int i = 0; i < own.length; i++) {
        sum += excess(ofRow, i) + excess(ofColumn, i);
      }
      return sum / own.length;
    }

    private double excess(Highest highest, int anchor) {
      return Math.max(0, margin + highest.values[anchor] - own[anchor]);
    }

    @Override
    public void differentiate(int i, double[] s, double[] gradient) {
      double one = 1.0 / own.length;
      double ofOwn = 0;
      for (int j = 0; j < own.length; j++) {
        boolean isHardestClip = ofColumn.places[j] == i && excess(ofColumn, j) > 0;
        gradient[j] = isHardestClip ? one : 0;
      }
      if (excess(ofRow, i) > 0) {
        gradient[ofRow.places[i]] += one;
        ofOwn -= one;
      }
      if (excess(ofColumn, i) > 0) {
        ofOwn -= one;
      }
      gradient[i] = ofOwn;
    }

    /** The highest similarity of each anchor with another's, and whose it is. */
    private static final class Highest {

      private final double[] values;
      private final int[] places;

      Highest(int size) {
        values = new double[size];
        places = new int[size];
        Arrays.fill(values, Double.NEGATIVE_INFINITY);
      }

      void see(int anchor, int other, double similarity) {
        if (other != anchor && similarity > values[anchor]) {
          values[anchor] = similarity;
          places[anchor] = other;
        }
      }
    }
  }
}
