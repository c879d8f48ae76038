package org.clap4j.experiments;

import java.nio.file.Path;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.model.ProjectionHeadFactory;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.experiments.evaluation.EvaluationConfig;
import org.clap4j.experiments.model.PretrainedConfig;
import org.clap4j.training.TrainingConfig;
import org.clap4j.training.augment.AugmentationConfig;
import org.clap4j.training.loading.LoadingConfig;
import org.clap4j.training.optim.OptimizerFactory;
import org.clap4j.training.schedule.ScheduleFactory;

/** A whole experiment: what is trained, on what, how. */
public record ExperimentConfig(
    @Key("name of the run: first part of its directory's name and of its name in trackers")
        String name,
    @Key(
            value =
                "seed that every draw of the run is derived from; same seed, same number of"
                    + " threads: same bits",
            defaultValue = "0")
        long seed,
    @Key("clips and captions") Selected<PairDatasetFactory<?>> data,
    @Key("audio encoder, and with it the front end") Selected<AudioEncoderFactory<?>> audioEncoder,
    @Key("text encoder") Selected<TextEncoderFactory<?>> textEncoder,
    @Key("turns captions into tokens") Selected<TokenizerFactory<?>> tokenizer,
    @Key("projects the features of both towers into the joint space")
        Selected<ProjectionHeadFactory<?>> head,
    @Key("weights that a new model starts with; resumed runs have their checkpoint's")
        PretrainedConfig pretrained,
    @Key("contrastive loss") Selected<LossFactory<?>> loss,
    @Key("optimiser") Selected<OptimizerFactory<?>> optimizer,
    @Key("learning rate over the steps") Selected<ScheduleFactory<?>> schedule,
    @Key("how it is trained") TrainingConfig training,
    @Key("length that clips are brought to") ClipLength clip,
    @Key("random changes to what is trained on") AugmentationConfig augmentation,
    @Key("how clips are brought to the trainer") LoadingConfig loading,
    @Key("how it is measured") EvaluationConfig evaluation,
    @Key(value = "where a run is recorded", defaultValue = "{type: mlflow}")
        Selected<RunTrackerFactory<?>> tracking,
    @Key(value = "directory in which the run directories are made", defaultValue = "runs")
        Path runs) {

  /** Checks the name, which becomes part of a path. */
  public ExperimentConfig {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "name must be letters, digits, '.', '_' and '-', as it names a directory, was '"
              + name
              + "'");
    }
  }
}
