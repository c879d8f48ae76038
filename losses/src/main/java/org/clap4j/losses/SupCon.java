package org.clap4j.losses;

import java.util.Arrays;
import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.TemperedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Supervised contrastive loss (SupCon): pairs that share a clip, a caption, or either are each
 * other's positives.
 *
 * <pre>
 * joint:       loss = mean over 2 N anchors of -(1/|P_i|) sum_{p in P_i} (z_ip - log sum_{k != i} exp z_ik)
 *              z = logitScale e e^T over all clips and captions e; P_i: same id, not i itself
 * cross-modal: loss = 0.5 mean_i -log((1/|P_i|) sum_{p in P_i} exp z_ip / sum_j exp z_ij) + 0.5 (the same on the transpose)
 *              z_ij = logitScale audio_i . text_j
 * </pre>
 *
 * <p>The joint form also spreads clips among clips and captions among captions; it costs four times
 * as much. The cross-modal form has the sum of positives inside the log: one near positive is
 * enough, where {@link MultiPositive} wants all. After Khosla et al. 2020 (arXiv 2004.11362), "out"
 * and "in" in its terms.
 */
public final class SupCon implements ScaledLoss {

  private final SupConConfig config;
  private final double audioToTextShare;

  private SupCon(SupConConfig config, double audioToTextShare) {
    this.config = config;
    this.audioToTextShare = audioToTextShare;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(SupConConfig config) {
    return TemperedLoss.of(new SupCon(config, 0.5), config.temperature());
  }

  @Override
  public boolean usesIds() {
    return true;
  }

  @Override
  public double chance(int pairs) {
    return Math.log(config.anchors() == SupConConfig.Anchors.JOINT ? 2 * pairs - 1 : pairs);
  }

  @Override
  public Optional<Directions> directions() {
    return config.anchors() == SupConConfig.Anchors.JOINT
        ? Optional.empty()
        : Optional.of(
            new Directions(audioToTextShare, new SupCon(config, 1), new SupCon(config, 0)));
  }

  @Override
  public Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids) {
    Exponential exponential = Exponential.of(audio_ND.dataType());
    if (config.anchors() == SupConConfig.Anchors.CROSS_MODAL) {
      LogitLoss loss =
          new CrossModal(new SharedIds(ids, config.share()), audioToTextShare, exponential);
      return TiledLogits.evaluate(audio_ND, text_ND, logitScale, loss);
    }
    int pairs = ids.size();
    LogitLoss loss = new Joint(new SharedIds(twice(ids), config.share()), exponential);
    try (INDArray all = Nd4j.concat(0, audio_ND, text_ND)) {
      Output output = TiledLogits.evaluate(all, all, logitScale, loss);
      try (INDArray asRows = output.audioGradient();
          INDArray asColumns = output.textGradient()) {
        asRows.addi(asColumns);
        return new Output(
            output.value(),
            asRows.get(NDArrayIndex.interval(0, pairs), NDArrayIndex.all()).dup('c'),
            asRows.get(NDArrayIndex.interval(pairs, 2L * pairs), NDArrayIndex.all()).dup('c'),
            output.logLogitScaleGradient());
      }
    }
  }

  private static PairIds twice(PairIds ids) {
    return new PairIds(twice(ids.clipIds()), twice(ids.captionIds()));
  }

  private static long[] twice(long[] ids) {
    long[] both = new long[2 * ids.length];
    System.arraycopy(ids, 0, both, 0, ids.length);
    System.arraycopy(ids, 0, both, ids.length, ids.length);
    return both;
  }

  /** Every row is an anchor, which is compared with all rows but itself. */
  static final class Joint implements LogitLoss {

    private final Positives positives;
    private final int size;
    private final LogSumExps others;
    private final double[] targetLogits;

    Joint(Positives positives, Exponential exponential) {
      this.positives = positives;
      this.size = positives.size();
      others = new LogSumExps(size, exponential);
      targetLogits = new double[size];
    }

    @Override
    public void gather(LogitTile tile) {
      tile.forRows(
          (i, z, scratch) -> {
            double sum = -z[i];
            for (int j = positives.next(i, 0); j < size; j = positives.next(i, j + 1)) {
              sum += z[j];
            }
            targetLogits[i] = sum / (positives.count(i) - 1);
            z[i] = Double.NEGATIVE_INFINITY;
            others.addRow(i, z, scratch);
          });
    }

    @Override
    public Gathered finish() {
      Softmaxes softmaxes = others.softmaxes();
      return new Gathered(
          softmaxes.sumOfLogs(1, 0) - LogSumExps.sum(targetLogits, size),
          (i, z, scratch, gradient) -> {
            softmaxes.add(i, z, 1, 0, scratch, gradient);
            double target = 1.0 / (positives.count(i) - 1);
            for (int j = positives.next(i, 0); j < size; j = positives.next(i, j + 1)) {
              gradient[j] -= target;
            }
            gradient[i] = 0;
          });
    }
  }

  /** The share of the positives in the softmax, along rows and along columns. */
  static final class CrossModal implements LogitLoss {

    private final Positives positives;
    private final int pairs;
    private final double audioToTextShare;
    private final LogSumExps all;
    private final PositiveLogSumExps right;

    CrossModal(Positives positives, double audioToTextShare, Exponential exponential) {
      this.positives = positives;
      this.pairs = positives.size();
      this.audioToTextShare = audioToTextShare;
      all = new LogSumExps(pairs, exponential);
      right = new PositiveLogSumExps(positives);
    }

    @Override
    public void gather(LogitTile tile) {
      tile.forRows(
          (i, z, scratch) -> {
            all.addRow(i, z, scratch);
            right.addRow(i, z);
          });
      all.addColumns(tile);
      right.addColumns(tile);
    }

    @Override
    public Gathered finish() {
      Softmaxes softmaxes = all.softmaxes();
      double sum = softmaxes.sumOfLogs(audioToTextShare, 1 - audioToTextShare);
      for (int i = 0; i < pairs; i++) {
        sum +=
            Math.log(positives.count(i))
                - audioToTextShare * right.row(i)
                - (1 - audioToTextShare) * right.column(i);
      }
      return new Gathered(
          sum,
          (i, z, scratch, gradient) -> {
            softmaxes.add(i, z, audioToTextShare, 1 - audioToTextShare, scratch, gradient);
            for (int j = positives.next(i, 0); j < pairs; j = positives.next(i, j + 1)) {
              gradient[j] -=
                  audioToTextShare * Math.exp(z[j] - right.row(i))
                      + (1 - audioToTextShare) * Math.exp(z[j] - right.column(j));
            }
          });
    }
  }

  /** log sum exp of the positives of every row and column. */
  private static final class PositiveLogSumExps {

    private final Positives positives;
    private final double[] rows;
    private final double[] columns;

    PositiveLogSumExps(Positives positives) {
      this.positives = positives;
      rows = new double[positives.size()];
      columns = new double[positives.size()];
      Arrays.fill(rows, Double.NEGATIVE_INFINITY);
      Arrays.fill(columns, Double.NEGATIVE_INFINITY);
    }

    void addRow(int i, double[] z) {
      for (int j = positives.next(i, 0); j < z.length; j = positives.next(i, j + 1)) {
        rows[i] = logAdd(rows[i], z[j]);
      }
    }

    void addColumns(LogitTile tile) {
      int end = tile.endRow();
      tile.forColumns(
          (from, to) -> {
            for (int j = from; j < to; j++) {
              int i = positives.next(j, tile.firstRow());
              for (; i < end; i = positives.next(j, i + 1)) {
                columns[j] = logAdd(columns[j], tile.get(i, j));
              }
            }
          });
    }

    private static double logAdd(double a, double b) {
      return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
    }

    double row(int i) {
      return rows[i];
    }

    double column(int j) {
      return columns[j];
    }
  }
}
