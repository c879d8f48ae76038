package org.clap4j.experiments.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.data.AudioClip;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.training.loading.ClipFeatures;
import org.clap4j.training.loading.FeatureExtractor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Embeds clips and captions with a trained model, in batches and in order. A clip that is evaluated
 * by windows gets the mean of their embeddings, at unit length again.
 *
 * <p>N: clips. M: captions. B: rows of a batch. D: embedding dimension.
 */
public final class Embedder {

  private static final double SMALLEST_NORM = 1e-12;

  private final ClapModel model;
  private final int batchSize;
  private final IntConsumer progress;

  /** Embeds with the batch size of the model's configuration. */
  public Embedder(ClapModel model) {
    this(model, done -> {});
  }

  /**
   * Embeds with the batch size of the model's configuration.
   *
   * @param progress told the number of clips done
   */
  public Embedder(ClapModel model, IntConsumer progress) {
    this.model = model;
    this.progress = progress;
    batchSize = model.config().evaluation().batchSize();
  }

  /** The model that embeds. */
  ClapModel model() {
    return model;
  }

  /**
   * Embeds clips, [N, D], unit rows.
   *
   * @throws AudioException if a clip cannot be read
   */
  public INDArray audio(List<AudioClip> clips) throws AudioException {
    INDArray sums_ND = Nd4j.zeros(DataType.FLOAT, clips.size(), model.towers().embeddingDim());
    try (FeatureExtractor extractor = new FeatureExtractor(clips, model.audioInput(), batchSize)) {
      while (extractor.hasNext()) {
        try (ClipFeatures batch = extractor.next();
            INDArray embeddings_BD = model.towers().embedAudio(batch.logMel(), batch.isLonger())) {
          List<Integer> indices = batch.clipIndices();
          for (int b = 0; b < indices.size(); b++) {
            sums_ND.getRow(indices.get(b)).addi(embeddings_BD.getRow(b));
          }
          progress.accept(indices.get(indices.size() - 1) + 1);
        }
      }
    }
    return sums_ND.diviColumnVector(Transforms.max(sums_ND.norm2(1), SMALLEST_NORM));
  }

  /** Embeds captions, [M, D], unit rows. */
  public INDArray text(List<String> captions) {
    INDArray all_MD =
        Nd4j.createUninitialized(DataType.FLOAT, captions.size(), model.towers().embeddingDim());
    for (int from = 0; from < captions.size(); from += batchSize) {
      int to = Math.min(captions.size(), from + batchSize);
      List<String> batch = new ArrayList<>(captions.subList(from, to));
      try (INDArray embeddings_BD = model.towers().embedText(model.tokenizer().encode(batch))) {
        all_MD.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).assign(embeddings_BD);
      }
    }
    return all_MD;
  }
}
