package org.clap4j.losses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.RowNormalization;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.DelegatingLoss;
import org.clap4j.core.loss.EmbeddingPairs;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.LossFactory;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Any loss, of several prefixes of the embeddings at once, so that an embedding may be cut off and
 * still be used.
 *
 * <pre>
 * loss = sum_k weight_k of(unit(audio[:, :dims_k]), unit(text[:, :dims_k]))
 * </pre>
 *
 * <p>All prefixes share one set of parameters. Time grows with the sum of dims. After Kusupati et
 * al. 2022 (arXiv 2205.13147).
 */
public final class Matryoshka implements DelegatingLoss {

  /** d: elements of the prefix. */
  private record Prefix(int dim, double weight, ContrastiveLoss loss) {}

  private final List<Prefix> prefixes;

  /** Of the whole embeddings. */
  private final ContrastiveLoss whole;

  private Matryoshka(List<Prefix> prefixes, ContrastiveLoss whole) {
    this.prefixes = List.copyOf(prefixes);
    this.whole = whole;
  }

  /**
   * Makes the loss that a configuration describes.
   *
   * @param embeddingDim D
   * @throws IllegalArgumentException if a prefix is longer than D, or the loss has parameters whose
   *     shapes depend on D
   */
  public static ContrastiveLoss of(MatryoshkaConfig config, int embeddingDim) {
    ContrastiveLoss whole = LossFactory.create(config.of(), embeddingDim);
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < config.dims().size(); i++) {
      int dim = config.dims().get(i);
      if (dim > embeddingDim) {
        throw new IllegalArgumentException(
            "loss.dims must be at most the embedding dimension, %d, was %s"
                .formatted(embeddingDim, config.dims()));
      }
      ContrastiveLoss loss = LossFactory.create(config.of(), dim);
      if (!loss.parameters().equals(whole.parameters())) {
        throw new IllegalArgumentException(
            "loss.of: prefixes cannot share the parameters of %s, which depend on their length"
                .formatted(config.of().type()));
      }
      prefixes.add(new Prefix(dim, config.weight(i), loss));
    }
    return new Matryoshka(prefixes, whole);
  }

  @Override
  public ContrastiveLoss delegate() {
    return whole;
  }

  @Override
  public double chance(int pairs) {
    return prefixes.stream().mapToDouble(prefix -> prefix.weight).sum() * whole.chance(pairs);
  }

  @Override
  public List<Integer> prefixDims() {
    return prefixes.stream().map(Prefix::dim).toList();
  }

  @Override
  @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray audioGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
      INDArray textGradient_ND = Nd4j.create(text_ND.dataType(), text_ND.shape(), 'c');
      Map<String, INDArray> gradients = new LinkedHashMap<>();
      double value = 0;
      for (Prefix prefix : prefixes) {
        try (Cut audio = new Cut(audio_ND, prefix);
            Cut text = new Cut(text_ND, prefix)) {
          LossOutput output = prefix.loss.evaluate(audio.unit_Nd, text.unit_Nd, parameters, ids);
          value += prefix.weight * output.value();
          audio.addGradient(output.audioGradient(), audioGradient_ND);
          text.addGradient(output.textGradient(), textGradient_ND);
          output
              .parameterGradients()
              .forEach(
                  (name, gradient) ->
                      gradients.merge(name, gradient.mul(prefix.weight), INDArray::addi));
        }
      }
      return new LossOutput(value, audioGradient_ND, textGradient_ND, gradients);
    }
  }

  /** The first d elements of rows, made unit rows again. */
  private static final class Cut implements AutoCloseable {

    private final double weight;
    private final INDArrayIndex[] place;
    private final INDArray norm_N1;
    private final INDArray unit_Nd;

    Cut(INDArray rows_ND, Prefix prefix) {
      weight = prefix.weight;
      place = new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.interval(0, prefix.dim)};
      unit_Nd = rows_ND.get(place).dup('c');
      norm_N1 = RowNormalization.norms(unit_Nd);
      unit_Nd.divi(norm_N1);
    }

    /** Adds weight times the gradient at the rows; closes the gradient at the unit rows. */
    void addGradient(INDArray unitGradient_Nd, INDArray gradient_ND) {
      try (unitGradient_Nd;
          INDArray cut_Nd = unitGradient_Nd.ulike()) {
        RowNormalization.backward(unit_Nd, norm_N1, unitGradient_Nd, cut_Nd);
        gradient_ND.get(place).addi(cut_Nd.muli(weight));
      }
    }

    @Override
    public void close() {
      unit_Nd.close();
      norm_N1.close();
    }
  }
}
