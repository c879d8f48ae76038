package org.clap4j.experiments.model;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.config.KnownNames;
import org.clap4j.core.io.DirectoryTree;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.model.Part;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.core.weights.WeightFormat;
import org.clap4j.encoders.weights.MelBands;
import org.clap4j.encoders.weights.NamePatterns;
import org.clap4j.encoders.weights.PretrainedWeights;
import org.clap4j.encoders.weights.WeightFiles;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.training.checkpoint.Checkpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the weights that a configuration names into a new model. */
public final class StartingWeights {

  private static final Logger LOG = LoggerFactory.getLogger(StartingWeights.class);

  /** The one format whose front end stands in another file than the weights. */
  private static final String HUGGING_FACE = "huggingface-clap";

  private final Map<String, WeightFormat> formats;
  private final ConfigBinder binder;

  /**
   * Takes what it needs to know files.
   *
   * @param formats that files may have, by name
   * @param binder binds what a Hugging Face CLAP folder says of its front end
   */
  @Inject
  public StartingWeights(Map<String, WeightFormat> formats, ConfigBinder binder) {
    this.formats = new TreeMap<>(formats);
    this.binder = binder;
  }

  /**
   * Loads what {@code pretrained} names, and logs a line for each file.
   *
   * @param model with fresh parameters; closed if this fails
   * @return the model
   * @throws IOException if a file is missing, damaged or of no known format, or if its arrays do
   *     not fit the model
   */
  public ClapModel loadInto(ClapModel model) throws IOException {
    try {
      PretrainedConfig config = model.config().pretrained();
      load("model", config.model(), Set.of(Part.values()), model);
      load("audio-encoder", config.audioEncoder(), Set.of(Part.AUDIO_ENCODER), model);
      load("text-encoder", config.textEncoder(), Set.of(Part.TEXT_ENCODER), model);
      return model;
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void load(String key, @Nullable PretrainedFile source, Set<Part> parts, ClapModel model)
      throws IOException {
    if (source == null) {
      return;
    }
    String place = "pretrained." + key;
    Optional<Checkpoint> ours = Checkpoint.findIfAny(source.path());
    Path path = ours.map(Checkpoint::directory).orElse(source.path());
    try (TensorFile file = WeightFiles.open(path, source.place())) {
      String name = formatName(place, source, file);
      WeightFormat format = format(name);
      if (parts.contains(Part.AUDIO_ENCODER)
          && source.frontEndMismatch() == PretrainedFile.FrontEndMismatch.REFUSE) {
        requireFrontEnd(place, source, frontEnd(ours, name, file), name, model.frontEnd());
        requireMelBands(place, source, MelBands.of(file), model.frontEnd());
      }
      if (parts.contains(Part.TEXT_ENCODER) && ours.isPresent()) {
        requireTokenizer(place, ours.get(), model.tokenizer());
      }
      PretrainedWeights.Account account =
          PretrainedWeights.load(
              file, format, model.towers().parameters(), parts, new NamePatterns(source.allow()));
      LOG.info("{}: {}", place, line(file, name, account));
    }
  }

  private Optional<LogMelSettings> frontEnd(
      Optional<Checkpoint> ours, String format, TensorFile file) throws IOException {
    if (ours.isPresent()) {
      return Optional.of(frontEnd(SavedModels.config(ours.get(), binder)));
    }
    Path folder = file.path().toAbsolutePath().getParent();
    return format.equals(HUGGING_FACE) && folder != null && HuggingFaceClapFolder.is(folder)
        ? Optional.of(frontEnd(new HuggingFaceClapFolder(folder).configuration(binder)))
        : format(format).frontEnd(file.names());
  }

  private static LogMelSettings frontEnd(ExperimentConfig config) {
    return Components.audioEncoder(config.audioEncoder()).frontEnd();
  }

  private WeightFormat format(String name) {
    WeightFormat format = formats.get(name);
    if (format == null) {
      throw new IllegalStateException("there is no format " + name);
    }
    return format;
  }

  private String formatName(String place, PretrainedFile source, TensorFile file) {
    String given = source.format();
    if (given != null) {
      if (!formats.containsKey(given)) {
        throw new ConfigException(KnownNames.unknown(place + ".format", given, formats.keySet()));
      }
      return given;
    }
    Set<String> names = file.names();
    List<String> fitting =
        formats.entrySet().stream()
            .filter(entry -> entry.getValue().recognizes(names))
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new ConfigException(
        place
            + ": the arrays of "
            + file.path()
            + (fitting.isEmpty()
                ? " have names that no format knows, such as " + some(names)
                : " have names of several formats, " + String.join(", ", fitting))
            + "; set "
            + place
            + ".format to one of "
            + String.join(", ", formats.keySet()));
  }

  private static String some(Set<String> names) {
    return names.stream().limit(3).toList().toString();
  }

  private static void requireFrontEnd(
      String place,
      PretrainedFile source,
      Optional<LogMelSettings> trained,
      String format,
      LogMelSettings configured) {
    if (trained.isEmpty() || trained.get().equals(configured)) {
      return;
    }
    throw new ConfigException(
        place
            + ": the weights of "
            + source.path()
            + " ("
            + format
            + ") were trained with another front end than audio-encoder.front-end: "
            + differences(trained.get(), configured, Set.of())
            + "; set "
            + trained
                .get()
                .asConfig()
                .map(config -> "audio-encoder.front-end to " + config + ", or ")
                .orElse("")
            + place
            + ".front-end-mismatch to allow");
  }

  /** {@code sample-rate-hz 48000 instead of 32000, hop-length 480 instead of 320}. */
  private static String differences(
      LogMelSettings trained, LogMelSettings configured, Set<String> except) {
    Map<String, Object> ours = configured.differencesFrom(trained);
    return trained.differencesFrom(configured).entrySet().stream()
        .filter(theirs -> !except.contains(theirs.getKey()))
        .map(
            theirs ->
                "%s %s instead of %s"
                    .formatted(theirs.getKey(), theirs.getValue(), ours.get(theirs.getKey())))
        .collect(Collectors.joining(", "));
  }

  /** The same ids must mean the same: what a tokenizer keeps in a checkpoint tells it. */
  private static void requireTokenizer(String place, Checkpoint trained, Tokenizer tokenizer)
      throws IOException {
    Path kept = Files.createTempDirectory("clap4j-tokenizer");
    try {
      tokenizer.save(kept);
      for (Path file : filesOf(kept)) {
        Path theirs = trained.directory().resolve(kept.relativize(file).toString());
        if (!Files.isRegularFile(theirs) || Files.mismatch(file, theirs) >= 0) {
          throw new ConfigException(
              place
                  + ": the text encoder of "
                  + trained.directory()
                  + " was trained with another tokenizer: "
                  + theirs.getFileName()
                  + " would not be the same; choose its tokenizer, and for type words the captions"
                  + " that it was trained on");
        }
      }
    } finally {
      DirectoryTree.delete(kept);
    }
  }

  private static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static void requireMelBands(
      String place, PretrainedFile source, Optional<MelBands> bands, LogMelSettings configured) {
    if (bands.isEmpty() || bands.get().areOf(configured)) {
      return;
    }
    List<String> presets = bands.get().presets();
    throw new ConfigException(
        place
            + ": "
            + source.path()
            + " holds the mel bands that its audio encoder was trained with ("
            + bands.get().name()
            + "): "
            + (presets.isEmpty()
                ? "of no preset, and not those of audio-encoder.front-end"
                : "those of "
                    + String.join(", ", presets)
                    + ", and not of audio-encoder.front-end: "
                    + differences(
                        LogMelSettings.preset(presets.get(0)), configured, Set.of("hop-length")))
            + "; set the front end's sample rate and frequencies to the weights' own, or "
            + place
            + ".front-end-mismatch to allow");
  }

  private static String line(TensorFile file, String format, PretrainedWeights.Account account) {
    return "%d arrays of %s (%s) fill %d parameters; left over by rule: %s; of other parts: %d;"
            .formatted(
                account.arrays(),
                file.path(),
                format,
                account.parameters(),
                byLastWord(account.leftOver()),
                account.ofOtherParts().size())
        + " allowed not to fit: "
        + (account.allowed().isEmpty() ? "0" : listed(account.allowed()));
  }

  private static String listed(List<String> names) {
    return names.size() + " (" + String.join("; ", names) + ")";
  }

  /** Counts names by their last words, which are few: {@code 13 (12 num_batches_tracked, ...)}. */
  private static String byLastWord(List<String> names) {
    if (names.isEmpty()) {
      return "0";
    }
    Map<String, Integer> counts = new TreeMap<>();
    names.forEach(name -> counts.merge(name.substring(name.lastIndexOf('.') + 1), 1, Integer::sum));
    return names.size()
        + counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
