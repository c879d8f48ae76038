package org.clap4j.experiments.cli;

import com.google.gson.Gson;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Embeds captions. */
@Command(
    name = "text",
    description = {
      "Writes 'embeddings' [n, D], float32, unit length; metadata 'captions' names the rows.",
      EmbedCommand.SCORING_ROWS
    })
public final class EmbedTextCommand implements Callable<Integer> {

  private final SavedModels models;

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description = "One caption a line, UTF-8.")
  private Path captionFile = Path.of("");

  @Option(names = "--out", required = true, paramLabel = "F.safetensors", description = "Result.")
  private Path out = Path.of("");

  @Inject
  EmbedTextCommand(SavedModels models) {
    this.models = models;
  }

  @Override
  public Integer call() throws IOException {
    List<String> captions = TextLines.read(captionFile);
    try (ClapModel loaded = models.load(model);
        INDArray embeddings_ND = new Embedder(loaded).text(captions)) {
      SafeTensorsWriter writer =
          new SafeTensorsWriter().metadata("captions", new Gson().toJson(captions));
      EmbedCommand.put(embeddings_ND, loaded.scoring().textRows(), writer).write(out);
    }
    return ExitStatus.DONE;
  }
}
