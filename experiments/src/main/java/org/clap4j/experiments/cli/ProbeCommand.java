package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.experiments.DataSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.evaluation.ProbeEvaluation;
import org.clap4j.experiments.evaluation.ProbeResult;
import org.clap4j.experiments.evaluation.ProbeTask;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.SavedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private ModelAndData arguments = new ModelAndData();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  ProbeCommand(ConfigBinder binder, SavedModels models, AudioReader reader) {
    this.binder = binder;
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    DataSection section = arguments.section(binder);
    List<ProbeTask> folds = new ArrayList<>();
    for (PairDataset fold : Components.folds(section.data(), reader)) {
      folds.add(task(fold));
    }
    try (ClapModel loaded = models.load(arguments.model());
        ProbeEvaluation evaluation = new ProbeEvaluation(new Embedder(loaded), folds)) {
      ProbeResult result = evaluation.result();
      json.print(result, output -> MetricLines.table(result).forEach(output::line));
    }
    return ExitStatus.DONE;
  }

  private ProbeTask task(PairDataset fold) {
    ProbeTask task = ProbeTask.of(fold);
    if (task == null) {
      throw new UsageException(
          arguments.data()
              + ": "
              + fold.name()
              + " has no classes in its training or test part; probe data in ESC-50's layout, or"
              + " captions-csv with labels or zero-shot");
    }
    List<String> untrained = task.untrainedClasses();
    if (!untrained.isEmpty()) {
      throw new UsageException(
          arguments.data()
              + ": "
              + fold.name()
              + " tests classes that it has no clip to fit the probe to: "
              + String.join(", ", untrained)
              + "; share their clips among the parts, or take them off the list");
    }
    return task;
  }
}
