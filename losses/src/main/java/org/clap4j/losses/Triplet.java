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
  public double chance(int pairs) {
    int negatives = config.negatives() == TripletConfig.Negatives.HARDEST ? 1 : pairs - 1;
    return 2 * negatives * config.margin();
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    double[] own;
    try (INDArray products = audio_ND.mul(text_ND)) {
      own = products.sum(1).castTo(DataType.DOUBLE).toDoubleVector();
    }
    double margin = config.margin();
    LogitLoss loss =
        switch (config.negatives()) {
          case HARDEST -> new OfCosines(new Hardest(own, margin), new Hardest(own, margin));
          case ALL -> new OfCosines(new All(own, margin), new All(own, margin));
        };
    ScaledLoss.Output output = TiledLogits.evaluate(audio_ND, text_ND, 1, loss);
    return new LossOutput(output.value(), output.audioGradient(), output.textGradient(), Map.of());
  }

  /** What is kept of the negatives of each anchor of one direction. */
  interface Negatives {

    /** Looks at a negative. An anchor's negatives come in the order of their numbers. */
    void see(int anchor, int negative, double similarity);

    /** By how much the negatives that count come too near, in all. */
    double excess(int anchor);

    /** How many come too near and count. */
    int count(int anchor);

    /** Whether a negative comes too near and counts. */
    boolean counts(int anchor, int negative, double similarity);
  }

  /** The sum over the anchors of both directions. */
  static final class OfCosines implements LogitLoss {

    private final Negatives ofClips;
    private final Negatives ofCaptions;
    private int pairs;

    OfCosines(Negatives ofClips, Negatives ofCaptions) {
      this.ofClips = ofClips;
      this.ofCaptions = ofCaptions;
    }

    @Override
    public void gather(LogitTile tile) {
      pairs = tile.columns();
      tile.forRows(
          (i, s, scratch) -> {
            for (int j = 0; j < pairs; j++) {
              if (j != i) {
                ofClips.see(i, j, s[j]);
              }
            }
          });
      tile.forColumns(
          (from, to) -> {
            double[] s = new double[to - from];
            for (int i = tile.firstRow(); i < tile.endRow(); i++) {
              tile.read(i, from, to, s);
              for (int j = from; j < to; j++) {
                if (j != i) {
                  ofCaptions.see(j, i, s[j - from]);
                }
              }
            }
          });
    }

    @Override
    public Gathered finish() {
      double sum = 0;
      for (int i = 0; i < pairs; i++) {
        sum += ofClips.excess(i) + ofCaptions.excess(i);
      }
      return new Gathered(sum, this::differentiate);
    }

    private void differentiate(int i, double[] s, double[] scratch, double[] gradient) {
      for (int j = 0; j < pairs; j++) {
        gradient[j] =
            (ofClips.counts(i, j, s[j]) ? 1 : 0) + (ofCaptions.counts(j, i, s[j]) ? 1 : 0);
      }
      gradient[i] = -ofClips.count(i) - ofCaptions.count(i);
    }
  }

  /** All that come too near. */
  static final class All implements Negatives {

    private final double[] own;
    private final double margin;
    private final double[] excess;
    private final int[] counts;

    All(double[] own, double margin) {
      this.own = own;
      this.margin = margin;
      excess = new double[own.length];
      counts = new int[own.length];
    }

    @Override
    public void see(int anchor, int negative, double similarity) {
      if (counts(anchor, negative, similarity)) {
        excess[anchor] += margin + similarity - own[anchor];
        counts[anchor]++;
      }
    }

    @Override
    public double excess(int anchor) {
      return excess[anchor];
    }

    @Override
    public int count(int anchor) {
      return counts[anchor];
    }

    @Override
    public boolean counts(int anchor, int negative, double similarity) {
      return margin + similarity - own[anchor] > 0;
    }
  }

  /** The one that is most similar, if it comes too near. */
  static final class Hardest implements Negatives {

    private final double[] own;
    private final double margin;
    private final double[] highest;
    private final int[] places;

    Hardest(double[] own, double margin) {
      this.own = own;
      this.margin = margin;
      highest = new double[own.length];
      places = new int[own.length];
      Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    }

    @Override
    public void see(int anchor, int negative, double similarity) {
      if (similarity > highest[anchor]) {
        highest[anchor] = similarity;
        places[anchor] = negative;
      }
    }

    @Override
    public double excess(int anchor) {
      return Math.max(0, margin + highest[anchor] - own[anchor]);
    }

    @Override
    public int count(int anchor) {
      return excess(anchor) > 0 ? 1 : 0;
    }

    @Override
    public boolean counts(int anchor, int negative, double similarity) {
      return places[anchor] == negative && excess(anchor) > 0;
    }
  }
}
