package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.experiments.bench.Workloads;
import org.clap4j.experiments.cli.BenchCommand;
import org.clap4j.experiments.cli.ClassifyCommand;
import org.clap4j.experiments.cli.ConfigDiffCommand;
import org.clap4j.experiments.cli.ConfigKeysCommand;
import org.clap4j.experiments.cli.ConfigShowCommand;
import org.clap4j.experiments.cli.DescribeCommand;
import org.clap4j.experiments.cli.DoctorCommand;
import org.clap4j.experiments.cli.EmbedAudioCommand;
import org.clap4j.experiments.cli.EmbedTextCommand;
import org.clap4j.experiments.cli.EvalCommand;
import org.clap4j.experiments.cli.ExportCommand;
import org.clap4j.experiments.cli.FeaturesCommand;
import org.clap4j.experiments.cli.LossCommand;
import org.clap4j.experiments.cli.ProbeCommand;
import org.clap4j.experiments.cli.ResumeCommand;
import org.clap4j.experiments.cli.SweepCommand;
import org.clap4j.experiments.cli.SyncCommand;
import org.clap4j.experiments.cli.TrainCommand;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.model.SavedModels;
import org.clap4j.experiments.model.StartingWeights;
import org.clap4j.experiments.run.TrainingSession;
import org.clap4j.experiments.sweep.SweepSession;

/** Binds the commands, which get what they need by their constructors. */
final class CommandsModule extends AbstractModule {

  @Override
  protected void configure() {
    bind(StartingWeights.class);
    bind(SavedModels.class);
    bind(TrainingSession.class);
    bind(TrainCommand.class);
    bind(ResumeCommand.class);
    bind(SweepSession.class);
    bind(SweepCommand.class);
    bind(EvalCommand.class);
    bind(ProbeCommand.class);
    bind(EmbedAudioCommand.class);
    bind(EmbedTextCommand.class);
    bind(ClassifyCommand.class);
    bind(FeaturesCommand.class);
    bind(ConfigShowCommand.class);
    bind(ConfigDiffCommand.class);
    bind(ConfigKeysCommand.class);
    bind(DescribeCommand.class);
    bind(DoctorCommand.class);
    bind(BenchCommand.class);
    bind(SyncCommand.class);
    bind(ExportCommand.class);
    bind(LossCommand.class);
  }

  @Provides
  Workloads workloads(ConfigBinder binder, AudioReader reader) {
    return Workloads.standard(binder, reader);
  }
}
