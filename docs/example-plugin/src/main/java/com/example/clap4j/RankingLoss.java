package com.example.clap4j;

import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.LossFactory;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Asks that each right pair be closer, by a margin, than every wrong pair with its clip and every
 * wrong pair with its caption.
 *
 * <pre>
 * loss = 1 / (2 K) sum_ij [max(0, margin - s_ii + s_ij) + max(0, margin - s_jj + s_ij)]
 * s_ij = audio_i . text_j, over the K wrong pairs (i, j)
 * </pre>
 *
 * <p>Pairs that share a clip or a caption are not wrong. Without a wrong pair the loss is 0. Memory
 * beside embeddings and gradients: {@value #TILE_ROWS} rows of the [N, N] cosines. After Kiros et
 * al. 2014 (arXiv 1411.2539).
 */
public final class RankingLoss implements ContrastiveLoss {

  private static final int TILE_ROWS = 256;

  private final double margin;

  /** Makes the loss that a configuration describes. */
  public RankingLoss(RankingConfig config) {
    margin = config.margin();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray a_ND = audio_ND.dup('c');
        INDArray t_ND = text_ND.dup('c')) {
      return new Evaluation(a_ND, t_ND, ids).output();
    }
  }

  /** One evaluation's arrays and sums. */
  private final class Evaluation {

    private final INDArray audio_ND;
    private final INDArray text_ND;
    private final PairIds ids;
    private final int pairs;
    private final DenseKernels kernels;
    private final INDArray audioGradient_ND;
    private final INDArray textGradient_ND;

    /** s_ii, and how often it fell short of a wrong pair. */
    private final double[] right;

    private final double[] shortfalls;

    private double sum;

    Evaluation(INDArray audio_ND, INDArray text_ND, PairIds ids) {
      this.audio_ND = audio_ND;
      this.text_ND = text_ND;
      this.ids = ids;
      pairs = ids.size();
      kernels = Kernels.of(audio_ND.dataType()).dense();
      audioGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
      textGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
      right = audio_ND.mul(text_ND).sum(1).data().asDouble();
      shortfalls = new double[pairs];
    }

    LossOutput output() {
      long wrongPairs = 0;
      for (int first = 0; first < pairs; first += TILE_ROWS) {
        wrongPairs += addTile(first, Math.min(TILE_ROWS, pairs - first));
      }
      try (INDArray shortfalls_N1 = Nd4j.createFromArray(shortfalls).reshape(pairs, 1);
          INDArray own_N1 = shortfalls_N1.castTo(audio_ND.dataType())) {
        audioGradient_ND.subi(text_ND.mul(own_N1));
        textGradient_ND.subi(audio_ND.mul(own_N1));
      }
      double share = wrongPairs == 0 ? 0 : 1 / (2.0 * wrongPairs);
      return new LossOutput(
          sum * share, audioGradient_ND.muli(share), textGradient_ND.muli(share), Map.of());
    }

    /** Adds the hinges of some rows and their gradients; gives the number of wrong pairs. */
    private long addTile(int first, int rows) {
      INDArray audio_RD =
          audio_ND.get(NDArrayIndex.interval(first, first + rows), NDArrayIndex.all());
      INDArray audioGradient_RD =
          audioGradient_ND.get(NDArrayIndex.interval(first, first + rows), NDArrayIndex.all());
      try (INDArray tile_RN = Nd4j.createUninitialized(audio_ND.dataType(), rows, pairs)) {
        kernels.multiply(audio_RD, false, text_ND, true, tile_RN);
        double[] values = tile_RN.data().asDouble();
        long wrongPairs = 0;
        for (int r = 0; r < rows; r++) {
          wrongPairs += turnIntoGradients(first + r, values, r * pairs);
        }
        try (INDArray gradients = Nd4j.createFromArray(values)) {
          tile_RN.assign(gradients.reshape(rows, pairs));
        }
        kernels.multiply(tile_RN, false, text_ND, false, audioGradient_RD);
        kernels.multiplyAdd(tile_RN, true, audio_RD, false, textGradient_ND);
        return wrongPairs;
      }
    }

    /** Replaces row i of the cosines by the number of hinges that pull on them, 0, 1 or 2. */
    private long turnIntoGradients(int i, double[] cosines, int start) {
      long wrongPairs = 0;
      for (int j = 0; j < pairs; j++) {
        double cosine = cosines[start + j];
        cosines[start + j] = 0;
        if (!isWrong(i, j)) {
          continue;
        }
        wrongPairs++;
        for (int own : new int[] {i, j}) {
          double hinge = margin - right[own] + cosine;
          if (!(hinge <= 0)) { // NaN goes on into the loss, where it is seen
            sum += hinge;
            cosines[start + j]++;
            shortfalls[own]++;
          }
        }
      }
      return wrongPairs;
    }

    private boolean isWrong(int i, int j) {
      return ids.clipIds()[i] != ids.clipIds()[j] && ids.captionIds()[i] != ids.captionIds()[j];
    }
  }

  /** Makes ranking losses. */
  public static final class Factory implements LossFactory<RankingConfig> {

    @Override
    public Class<RankingConfig> configType() {
      return RankingConfig.class;
    }

    @Override
    public ContrastiveLoss create(RankingConfig config, int embeddingDim) {
      return new RankingLoss(config);
    }
  }
}
