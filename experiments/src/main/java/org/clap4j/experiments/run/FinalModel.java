package org.clap4j.experiments.run;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.io.AtomicDirectory;
import org.clap4j.core.io.DirectoryTree;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.experiments.config.ConfigWriter;
import org.clap4j.experiments.doctor.LibraryVersion;
import org.clap4j.experiments.export.HuggingFaceExport;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.training.checkpoint.Checkpoint;

/**
 * Leaves the best model of a finished run in a folder of its own, {@code models/step-N}: weights,
 * tokenizer and configuration without the optimiser's memory, a README, and the file {@code
 * MLmodel} with the signature, by which MLflow knows a model. All commands take the folder as
 * MODEL.
 */
final class FinalModel {

  private static final String FOLDER = "models";

  /** Sections of the configuration that a model is made from. */
  private static final Set<String> SECTIONS =
      Set.of("audio-encoder", "text-encoder", "tokenizer", "head", "loss", "clip");

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String HEAD =
      """
      # %s

      %s

      | | |
      |---|---|
      """;

  private static final String COMPARED_BY_COSINE =
      """
      Two encoders, of sounds and of captions, into one space: unit vectors of %d numbers, \
      compared by their cosine.\
      """;

  /** Takes the dimension and the loss. */
  private static final String COMPARED_AS_TRAINED =
      """
      Two encoders, of sounds and of captions: unit vectors of %d numbers, compared through the \
      transforms that the loss `%s` has trained. The cosine of two of them is not this model's \
      score.\
      """;

  /** Takes how {@code export} writes the model. */
  private static final String USE =
      """

      ## Use

      MODEL is the folder that this file lies in:

      ```
      clap4j classify MODEL --labels labels.txt sound.wav
      clap4j embed audio MODEL --out audio.safetensors sounds/
      clap4j embed text MODEL --out text.safetensors --captions captions.txt
      clap4j export MODEL %s
      ```

      In Java: `Clap.open(Path.of("MODEL"))`. `state.json` holds the whole configuration.
      """;

  private static final String TO_HUGGING_FACE = "--format hf --out my-clap";

  /** Any model may become this. */
  private static final String TO_DL4J = "--format dl4j --out my-towers";

  private static final String USE_OF_TRANSFORMS =
      """

      `classify` and, in Java, `Clap.score` compare as the loss does. Beside the embeddings `embed` \
      writes `scoring_rows`: the products of clips' rows with captions' rows are the scores. The \
      towers that `export` writes do not hold the transforms.
      """;

  private final Checkpoint checkpoint;
  private final ClapModel model;
  private final List<TrackedDataset> data;
  private final Map<String, Double> measured;
  private final Instant now;

  /**
   * The model of a checkpoint.
   *
   * @param model the same, loaded
   * @param data what it was trained and measured on; the test part last, where there is one
   * @param measured metrics of the test part, as they are logged; may be empty
   */
  FinalModel(
      Checkpoint checkpoint,
      ClapModel model,
      List<TrackedDataset> data,
      Map<String, Double> measured,
      Instant now) {
    this.checkpoint = checkpoint;
    this.model = model;
    this.data = List.copyOf(data);
    this.measured = new LinkedHashMap<>(measured);
    this.now = now;
  }

  /** Writes the folder into a run directory, in place of an earlier one of the same step. */
  TrackedModel save(Path run) throws IOException {
    long step = checkpoint.state().progress().step();
    Path folder = run.resolve(FOLDER).resolve("step-" + step);
    DirectoryTree.delete(folder);
    AtomicDirectory.write(
        folder,
        aside -> {
          for (Path file : checkpoint.modelFiles()) {
            Path copy = aside.resolve(checkpoint.directory().relativize(file).toString());
            Files.createDirectories(copy.resolveSibling(""));
            linkOrCopy(file, copy);
          }
          Files.writeString(aside.resolve("README.md"), readme(step));
          Files.writeString(aside.resolve("MLmodel"), description());
        });
    return new TrackedModel(
        model.config().name(),
        step,
        folder,
        params(),
        List.copyOf(measured.keySet()),
        measured.isEmpty() ? null : data.get(data.size() - 1));
  }

  /** A second name takes no room; checkpoints are never changed, only replaced. */
  private static void linkOrCopy(Path file, Path copy) throws IOException {
    try {
      Files.createLink(copy, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, copy); // not every file system has links
    }
  }

  private Map<String, String> params() {
    Map<String, String> params = new LinkedHashMap<>();
    ConfigWriter.flat(model.config())
        .forEach(
            (key, value) -> {
              if (SECTIONS.contains(key.split("\\.", 2)[0])) {
                params.put(key, value);
              }
            });
    return params;
  }

  /**
   * What MLflow reads of a model: kind and signature. Either input may be given alone, and gives
   * the output of its name.
   */
  private String description() {
    LogMelSettings frontEnd = model.frontEnd();
    int dim = model.towers().embeddingDim();
    return """
    flavors:
      clap4j:
        clip_seconds: %s
        embedding_dim: %d
        sample_rate_hz: %d
        version: %s
    signature:
      inputs: '[%s, %s]'
      outputs: '[%s, %s]'
      params: null
    utc_time_created: '%s'
    """
        .formatted(
            model.config().clip().seconds(),
            dim,
            frontEnd.sampleRateHz(),
            LibraryVersion.of("org.clap4j", "clap4j-core"),
            tensor("audio", "float32", "-1, -1"),
            tensor("text", "str", "-1"),
            tensor("audio_embedding", "float32", "-1, " + dim),
            tensor("text_embedding", "float32", "-1, " + dim),
            UTC.format(now));
  }

  private static String tensor(String name, String type, String shape) {
    return """
    {"type": "tensor", "tensor-spec": {"dtype": "%s", "shape": [%s]}, "name": "%s"}\
    """
        .formatted(type, shape, name);
  }

  private String readme(long step) {
    StringBuilder text = new StringBuilder();
    boolean cosine = model.scoring().isCosine();
    String compared =
        (cosine ? COMPARED_BY_COSINE : COMPARED_AS_TRAINED)
            .formatted(model.towers().embeddingDim(), model.config().loss().type());
    text.append(HEAD.formatted(model.config().name(), compared));
    facts(step).forEach((name, value) -> row(text, name, value));
    if (!measured.isEmpty()) {
      text.append("\n## Measured\n\n| metric | |\n|---|---|\n");
      measured.forEach((name, value) -> row(text, name, String.format(Locale.ROOT, "%.4f", value)));
    }
    text.append(USE.formatted(HuggingFaceExport.fits(model) ? TO_HUGGING_FACE : TO_DL4J));
    return text.append(cosine ? "" : USE_OF_TRANSFORMS).toString();
  }

  private Map<String, String> facts(long step) {
    LogMelSettings frontEnd = model.frontEnd();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "sounds",
        "%s, %d Hz mono, clips of %s s, log-mel of %d bins at a hop of %d"
            .formatted(
                model.config().audioEncoder().type(),
                frontEnd.sampleRateHz(),
                model.config().clip().seconds(),
                frontEnd.melBins(),
                frontEnd.hopLength()));
    facts.put(
        "captions",
        "%s, up to %d tokens"
            .formatted(model.config().textEncoder().type(), model.tokenizer().maxLength()));
    facts.put(
        "parameters and running statistics",
        String.format(Locale.ROOT, "%,d", model.towers().flatParameters().length()));
    facts.put("loss", model.config().loss().type());
    String prefixes =
        model.loss().prefixDims().stream()
            .filter(dim -> dim < model.towers().embeddingDim())
            .map(String::valueOf)
            .collect(joining(" or "));
    if (!prefixes.isEmpty()) {
      facts.put(
          "vectors may be cut to", "the first " + prefixes + " numbers, made unit vectors again");
    }
    facts.put("trained for", step + " steps");
    data.forEach(part -> facts.put("data for " + part.use(), part.summary()));
    return facts;
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }
}
