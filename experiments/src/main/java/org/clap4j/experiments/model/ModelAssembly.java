package org.clap4j.experiments.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.training.checkpoint.Checkpoint;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/** Makes a model of what a configuration has chosen. */
public final class ModelAssembly {

  private ModelAssembly() {}

  /** Makes a new model; its tokenizer learns from the training captions where it has to. */
  public static ClapModel create(ExperimentConfig config, PairDataset dataset) throws IOException {
    List<String> captions =
        dataset.train().stream().flatMap(pair -> pair.captions().stream()).toList();
    return create(config, captions);
  }

  /** Makes a new model whose tokenizer may learn from captions. */
  public static ClapModel create(ExperimentConfig config, List<String> captions)
      throws IOException {
    return assemble(
        config,
        Components.newTokenizer(config.tokenizer(), captions),
        RandomSeed.of(config.seed()).split("parameters"));
  }

  /** Makes a model whose parameters are all to be loaded; its tokenizer learns nothing. */
  static ClapModel toBeLoaded(ExperimentConfig config) throws IOException {
    return assemble(config, Components.newTokenizer(config.tokenizer(), List.of()), null);
  }

  /** Makes the same with the tokenizer of a checkpoint directory. */
  public static ClapModel toBeLoaded(ExperimentConfig config, Path checkpoint) throws IOException {
    return assemble(config, Components.savedTokenizer(config.tokenizer(), checkpoint), null);
  }

  /**
   * Makes the model of a checkpoint.
   *
   * @throws IOException if its files do not fit the configuration
   */
  public static ClapModel restored(ExperimentConfig config, Checkpoint checkpoint)
      throws IOException {
    ClapModel model = toBeLoaded(config, checkpoint.directory());
    try {
      checkpoint.restoreModel(model.towers());
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static ClapModel assemble(
      ExperimentConfig config, Tokenizer tokenizer, @Nullable RandomSeed seed) {
    AudioEncoder audioEncoder = Components.audioEncoder(config.audioEncoder());
    TextEncoder textEncoder = Components.textEncoder(config.textEncoder(), tokenizer);
    ProjectionHead audioHead = Components.head(config.head());
    ContrastiveLoss loss = LossFactory.create(config.loss(), audioHead.dim());
    TwoTowerModel towers =
        TwoTowerModel.create(
            audioEncoder,
            audioHead,
            textEncoder,
            Components.head(config.head()),
            loss,
            DataType.FLOAT,
            seed);
    return new ClapModel(config, towers, tokenizer, audioEncoder.frontEnd(), loss);
  }
}
