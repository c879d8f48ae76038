package org.clap4j.experiments.inject;

import com.google.inject.AbstractModule;
import org.clap4j.experiments.cli.ConfigDiffCommand;
import org.clap4j.experiments.cli.ConfigKeysCommand;
import org.clap4j.experiments.cli.ConfigShowCommand;
import org.clap4j.experiments.cli.DoctorCommand;
import org.clap4j.experiments.cli.LossCommand;
import org.clap4j.experiments.cli.SyncCommand;

/** Binds the commands, which get what they need by their constructors. */
final class CommandsModule extends AbstractModule {

  @Override
  protected void configure() {
    bind(ConfigShowCommand.class);
    bind(ConfigDiffCommand.class);
    bind(ConfigKeysCommand.class);
    bind(DoctorCommand.class);
    bind(SyncCommand.class);
    bind(LossCommand.class);
  }
}
