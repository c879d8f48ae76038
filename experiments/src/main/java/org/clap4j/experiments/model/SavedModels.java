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
import org.clap4j.training.checkpoint.Checkpoint;
import org.clap4j.training.checkpoint.CheckpointException;

/** Finds and loads trained models by the MODEL argument of the commands. */
public final class SavedModels {

  private final ConfigBinder binder;

  /** Takes what binds the configurations that checkpoints carry. */
  @Inject
  public SavedModels(ConfigBinder binder) {
    this.binder = binder;
  }

  /**
   * Loads a model.
   *
   * @param path a run directory, whose best checkpoint is taken, else its last, a checkpoint
   *     directory, or a Hugging Face CLAP folder
   * @throws IOException if there is none of these, or if it is damaged
   */
  public ClapModel load(Path path) throws IOException {
    if (Files.notExists(path)) {
      throw new CheckpointException(path, "there is no such run, checkpoint or model directory");
    }
    if (HuggingFaceClapFolder.is(path)) {
      return huggingFace(path);
    }
    Checkpoint checkpoint = Checkpoint.find(path);
    return ModelAssembly.restored(config(checkpoint), checkpoint);
  }

  private ClapModel huggingFace(Path path) throws IOException {
    HuggingFaceClapFolder folder = new HuggingFaceClapFolder(path);
    ClapModel model =
        ModelAssembly.create(
            binder.bind(
                ExperimentConfig.class,
                ConfigLoader.parse(folder.configuration(), path.resolve("config.json").toString())),
            List.of());
    try (SafeTensors weights = SafeTensors.open(folder.weights())) {
      PretrainedWeights.load(
          weights, PublishedFormat.huggingFaceClap(), model.towers().parameters());
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Says whether a path can be a model at all, and is not a configuration or a name. */
  public static boolean isModel(Path path) {
    return Files.isDirectory(path);
  }

  private ExperimentConfig config(Checkpoint checkpoint) {
    String place = checkpoint.directory().resolve("state.json") + " (config)";
    return binder.bind(
        ExperimentConfig.class, ConfigLoader.parse(checkpoint.state().run().config(), place));
  }
}
