package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.experiments.DataSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.evaluation.EvaluationResult;
import org.clap4j.experiments.evaluation.PairEvaluation;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.SavedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures a trained model. */
@Command(name = "eval", description = "Measures a model on the test part of a data section.")
public final class EvalCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final SavedModels models;
  private final AudioReader reader;

  @Mixin private ModelAndData arguments = new ModelAndData();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  EvalCommand(ConfigBinder binder, SavedModels models, AudioReader reader) {
    this.binder = binder;
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    DataSection section = arguments.section(binder);
    PairDataset dataset = Components.dataset(section.data(), reader);
    if (dataset.test().isEmpty()) {
      throw new UsageException(arguments.data() + ": the data has no test part to measure on");
    }
    try (ClapModel loaded = models.load(arguments.model());
        PairEvaluation evaluation =
            new PairEvaluation(new Embedder(loaded), dataset.test(), dataset.testTask())) {
      EvaluationResult result = evaluation.result();
      json.print(result, output -> MetricLines.table(result).forEach(output::line));
    }
    return ExitStatus.DONE;
  }
}
