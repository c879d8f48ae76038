package org.clap4j.experiments.model;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.encoders.weights.PretrainedWeights;
import org.clap4j.encoders.weights.PublishedFormat;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;
import org.clap4j.training.checkpoint.Checkpoint;
import org.clap4j.training.checkpoint.CheckpointException;

/** Finds and loads trained models by the MODEL argument of the commands. */
public final class SavedModels {

  private final ConfigBinder binder;
  private final StartingWeights startingWeights;

  /** Takes what binds the configurations that checkpoints carry, and what loads weights. */
  @Inject
  public SavedModels(ConfigBinder binder, StartingWeights startingWeights) {
    this.binder = binder;
    this.startingWeights = startingWeights;
  }

  /**
   * Loads a model.
   *
   * @param path a run directory, whose best checkpoint is taken, else its last, a checkpoint
   *     directory, a Hugging Face CLAP folder, or a configuration with {@code pretrained.model}
   * @throws IOException if there is none of these, or if it is damaged
   */
  public ClapModel load(Path path) throws IOException {
    if (Files.notExists(path)) {
      throw new CheckpointException(path, "there is no such run, checkpoint or model directory");
    }
    if (Files.isRegularFile(path)) {
      return configured(path);
    }
    if (HuggingFaceClapFolder.is(path)) {
      return huggingFace(path);
    }
    Checkpoint checkpoint = Checkpoint.find(path);
    return ModelAssembly.restored(config(checkpoint, binder), checkpoint);
  }

  /** A published model, which needs no training. */
  private ClapModel configured(Path path) throws IOException {
    ExperimentConfig config =
        binder.bind(ExperimentConfig.class, ConfigLoader.load(path, List.of()));
    if (config.pretrained().model() == null) {
      throw new CheckpointException(
          path,
          "names no weights of a whole model (pretrained.model), so its model is not trained; train"
              + " it and give the run");
    }
    return startingWeights.loadInto(ModelAssembly.create(config, List.of()));
  }

  private ClapModel huggingFace(Path path) throws IOException {
    HuggingFaceClapFolder folder = new HuggingFaceClapFolder(path);
    ClapModel model = ModelAssembly.toBeLoaded(folder.configuration(binder));
    try (SafeTensors weights = SafeTensors.open(folder.weights())) {
      PretrainedWeights.load(
          weights, PublishedFormat.huggingFaceClap(), model.towers().parameters());
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Reads the configuration that a model was made from, or would be made from here.
   *
   * @param directory a run, a checkpoint or a Hugging Face CLAP folder
   * @throws IOException if it is none of these, or if it is damaged
   */
  public ConfigNode.Mapping configuration(Path directory) throws IOException {
    return HuggingFaceClapFolder.is(directory)
        ? new HuggingFaceClapFolder(directory).tree()
        : tree(Checkpoint.find(directory));
  }

  /** Says whether a path can be a model at all, and is not a configuration or a name. */
  public static boolean isModel(Path path) {
    return Files.isDirectory(path);
  }

  /** The configuration that a checkpoint's model was made from. */
  static ExperimentConfig config(Checkpoint checkpoint, ConfigBinder binder) {
    return binder.bind(ExperimentConfig.class, tree(checkpoint));
  }

  private static ConfigNode.Mapping tree(Checkpoint checkpoint) {
    String place = checkpoint.directory().resolve("state.json") + " (config)";
    return ConfigLoader.parse(checkpoint.state().run().config(), place);
  }
}
