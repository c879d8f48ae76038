package org.clap4j.experiments.model;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.training.checkpoint.Checkpoint;

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
   * @param path a run directory, whose best checkpoint is taken, else its last, or a checkpoint
   *     directory
   * @throws IOException if there is no checkpoint, or if it is damaged
   */
  public ClapModel load(Path path) throws IOException {
    if (Files.notExists(path)) {
      throw new IOException(path + ": there is no such run or checkpoint directory");
    }
    Checkpoint checkpoint = Checkpoint.find(path);
    return ModelAssembly.restored(config(checkpoint), checkpoint);
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
