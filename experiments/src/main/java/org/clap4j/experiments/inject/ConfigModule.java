package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.OptionalBinder;
import jakarta.inject.Singleton;
import java.util.Map;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.audio.FfmpegAudioReader;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.model.ProjectionHeadFactory;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.experiments.config.ComponentKinds;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.Environment;
import org.clap4j.training.optim.OptimizerFactory;
import org.clap4j.training.schedule.ScheduleFactory;
import org.clap4j.training.tracking.mlflow.MlflowSettings;

/** Gives configurations all components that any module has bound. */
final class ConfigModule extends AbstractModule {

  private final Environment environment;
  private final MlflowSettings mlflow;

  /** Refuses variables that make no sense here, where the mistake is not yet one of a binding. */
  ConfigModule(Environment environment) {
    this.environment = environment;
    this.mlflow = MlflowEnvironment.settings(environment);
  }

  @Override
  protected void configure() {
    bind(Environment.class).toInstance(environment);
    OptionalBinder.newOptionalBinder(binder(), MlflowSettings.class)
        .setBinding()
        .toInstance(mlflow);
  }

  @Provides
  @Singleton
  AudioReader reader() {
    return new FfmpegAudioReader();
  }

  @Provides
  @Singleton
  ConfigBinder binder(ComponentKinds kinds) {
    return new ConfigBinder(kinds, environment.variables());
  }

  @Provides
  @Singleton
  ComponentKinds kinds(
      Map<String, AudioEncoderFactory<?>> audioEncoders,
      Map<String, TextEncoderFactory<?>> textEncoders,
      Map<String, TokenizerFactory<?>> tokenizers,
      Map<String, ProjectionHeadFactory<?>> heads,
      Map<String, LossFactory<?>> losses,
      Map<String, OptimizerFactory<?>> optimizers,
      Map<String, ScheduleFactory<?>> schedules,
      Map<String, PairDatasetFactory<?>> datasets,
      Map<String, RunTrackerFactory<?>> trackers) {
    return ComponentKinds.none()
        .with(AudioEncoderFactory.class, audioEncoders)
        .with(TextEncoderFactory.class, textEncoders)
        .with(TokenizerFactory.class, tokenizers)
        .with(ProjectionHeadFactory.class, heads)
        .with(LossFactory.class, losses)
        .with(OptimizerFactory.class, optimizers)
        .with(ScheduleFactory.class, schedules)
        .with(PairDatasetFactory.class, datasets)
        .with(RunTrackerFactory.class, trackers);
  }
}
