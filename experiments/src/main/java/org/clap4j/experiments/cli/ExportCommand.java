package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.clap4j.core.io.AtomicDirectory;
import org.clap4j.experiments.export.Dl4jExport;
import org.clap4j.experiments.export.HuggingFaceExport;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model in the form of another library. */
@Command(
    name = "export",
    description = {
      "Writes a model for other libraries.",
      "hf: a folder that transformers loads with ClapModel and ClapProcessor; the model must have"
          + " htsat, roberta, laion heads and a huggingface tokenizer. Any other is written as"
          + " plain safetensors, and the command says which parts do not fit and fails.",
      "dl4j: each tower as a ComputationGraph, audio-tower.zip and text-tower.zip."
    })
public final class ExportCommand implements Callable<Integer> {

  /** What can be written. */
  enum Format {
    HF,
    DL4J
  }

  private final SavedModels models;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "hf or dl4j.")
  private Format format = Format.HF;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory to make, whole or not at all; new or empty.")
  private Path out = Path.of("");

  @Inject
  ExportCommand(SavedModels models) {
    this.models = models;
  }

  @Override
  public Integer call() throws IOException {
    if (!AtomicDirectory.isFree(out)) {
      throw new UsageException(
          out + ": there is something already; --out takes a directory that is new or empty");
    }
    try (ClapModel loaded = models.load(model)) {
      switch (format) {
        case HF -> HuggingFaceExport.write(loaded, out);
        case DL4J -> Dl4jExport.write(loaded, out);
      }
      if (format == Format.DL4J && !loaded.scoring().isCosine()) {
        Output.of(spec)
            .note(
                "note: loss.type "
                    + loaded.config().loss().type()
                    + " scores pairs with transforms, which are not in the towers; cosines of their"
                    + " embeddings are not this model's scores");
      }
    }
    return ExitStatus.DONE;
  }
}
