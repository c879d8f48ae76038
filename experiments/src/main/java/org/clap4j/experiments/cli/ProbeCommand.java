package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.experiments.DataSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.evaluation.ProbeEvaluation;
import org.clap4j.experiments.evaluation.ProbeResult;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.SavedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Fits linear classifiers to a model's audio embeddings. */
@Command(
    name = "probe",
    description =
        "Fits logistic regression to a model's audio embeddings, and tests it on each fold of the"
            + " data in turn, or on its test part.")
public final class ProbeCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final SavedModels models;
  private final AudioReader reader;

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DATA.yaml",
      description = "A data section with classes: its keys without 'data.'.")
  private Path data = Path.of("");

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "key=value",
      description = "Keys of the section to set: root=/data/esc50.")
  private List<String> overrides = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  ProbeCommand(ConfigBinder binder, SavedModels models, AudioReader reader) {
    this.binder = binder;
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    DataSection section =
        binder.bind(DataSection.class, ConfigLoader.loadSection("data", data, overrides));
    List<PairDataset> folds = Components.folds(section.data(), reader);
    for (PairDataset fold : folds) {
      if (fold.trainTask() == null || fold.testTask() == null) {
        throw new UsageException(
            data
                + ": "
                + fold.name()
                + " has no classes in its training or test part; probe data in ESC-50's layout, or"
                + " captions-csv with zero-shot");
      }
    }
    try (ClapModel loaded = models.load(model);
        ProbeEvaluation evaluation = new ProbeEvaluation(new Embedder(loaded), folds)) {
      ProbeResult result = evaluation.result();
      json.print(result, output -> MetricLines.table(result).forEach(output::line));
    }
    return ExitStatus.DONE;
  }
}
