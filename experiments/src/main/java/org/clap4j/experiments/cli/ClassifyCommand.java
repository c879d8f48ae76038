package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import org.clap4j.training.evaluation.ZeroShotClassifier;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies recordings by labels that it has never seen as classes. */
@Command(
    name = "classify",
    description = "Prints the most probable label of each recording, and its probability.")
public final class ClassifyCommand implements Callable<Integer> {

  private static final String STANDARD_TEMPLATE = "this is the sound of {}";
  private static final String PLACEHOLDER = "{}";

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

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "FILE",
      description = "One label a line, UTF-8.")
  private Path labelFile = Path.of("");

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "Caption of a label, {} standing for it; several are averaged. Default: '"
              + STANDARD_TEMPLATE
              + "'.")
  private List<String> templates = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  ClassifyCommand(SavedModels models, AudioReader reader) {
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    List<String> labels = TextLines.read(labelFile);
    List<List<String>> prompts = labels.stream().map(this::prompts).toList();
    List<AudioClip> clips = ClipArguments.clips(paths, reader);
    try (ClapModel loaded = models.load(model)) {
      Embedder embedder = new Embedder(loaded);
      ZeroShotClassifier classifier =
          ZeroShotClassifier.of(prompts, embedder::text).scoredBy(loaded.scoring());
      try (INDArray audio_ND = embedder.audio(clips);
          INDArray probabilities_NK = classifier.probabilities(audio_ND, loaded.logitScale())) {
        print(clips, labels, probabilities_NK);
      }
    }
    return ExitStatus.DONE;
  }

  private List<String> prompts(String label) {
    List<String> used = templates.isEmpty() ? List.of(STANDARD_TEMPLATE) : templates;
    for (String template : used) {
      if (!template.contains(PLACEHOLDER)) {
        throw new UsageException(
            "--template '" + template + "' has no {} for the label to stand in");
      }
    }
    return used.stream().map(template -> template.replace(PLACEHOLDER, label)).toList();
  }

  private void print(List<AudioClip> clips, List<String> labels, INDArray probabilities_NK) {
    List<Guess> guesses = new ArrayList<>();
    for (int n = 0; n < clips.size(); n++) {
      guesses.add(guess(clips.get(n).name(), labels, probabilities_NK.getRow(n).toDoubleVector()));
    }
    json.print(guesses, output -> guesses.forEach(guess -> output.line(guess.line())));
  }

  private static Guess guess(String file, List<String> labels, double[] probabilities) {
    Map<String, Double> byLabel = new LinkedHashMap<>();
    int best = 0;
    for (int k = 0; k < probabilities.length; k++) {
      byLabel.put(labels.get(k), probabilities[k]);
      best = probabilities[k] > probabilities[best] ? k : best;
    }
    return new Guess(file, labels.get(best), probabilities[best], byLabel);
  }

  /** What a clip most probably is. */
  private record Guess(
      String file, String label, double probability, Map<String, Double> probabilities) {

    String line() {
      return String.format(Locale.ROOT, "%s\t%s\t%.4f", file, label, probability);
    }
  }
}
