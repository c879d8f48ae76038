package org.clap4j.experiments.cli;

import com.google.gson.Gson;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Embeds recordings. */
@Command(
    name = "audio",
    description = {
      "Writes 'embeddings' [n, D], float32, unit length; metadata 'files' names the rows.",
      EmbedCommand.SCORING_ROWS
    })
public final class EmbedAudioCommand implements Callable<Integer> {

  private final SavedModels models;
  private final AudioReader reader;

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = ClipArguments.DESCRIPTION)
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--out", required = true, paramLabel = "F.safetensors", description = "Result.")
  private Path out = Path.of("");

  @Inject
  EmbedAudioCommand(SavedModels models, AudioReader reader) {
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    List<AudioClip> clips = ClipArguments.clips(paths, reader);
    try (ClapModel loaded = models.load(model);
        INDArray embeddings_ND = new Embedder(loaded).audio(clips)) {
      SafeTensorsWriter writer =
          new SafeTensorsWriter()
              .metadata("files", new Gson().toJson(clips.stream().map(AudioClip::name).toList()));
      EmbedCommand.put(embeddings_ND, loaded.scoring().audioRows(), writer).write(out);
    }
    return ExitStatus.DONE;
  }
}
