package org.clap4j.experiments.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that embed. */
@Command(
    name = "embed",
    description = "Embeds recordings or captions.",
    subcommands = {EmbedAudioCommand.class, EmbedTextCommand.class})
final class EmbedCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "audio or text is missing");
    }
  }
}
