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
import org.clap4j.experiments.evaluation.EvaluationResult;
import org.clap4j.experiments.evaluation.PairEvaluation;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.SavedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Measures a trained model. */
@Command(name = "eval", description = "Measures a model on the test part of a data section.")
public final class EvalCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final SavedModels models;
  private final AudioReader reader;

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DATA.yaml",
      description = "A data section: its keys without 'data.'.")
  private Path data = Path.of("");

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "key=value",
      description = "Keys of the section to set: test-fold=3.")
  private List<String> overrides = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  EvalCommand(ConfigBinder binder, SavedModels models, AudioReader reader) {
    this.binder = binder;
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    DataSection section =
        binder.bind(DataSection.class, ConfigLoader.loadSection("data", data, overrides));
    PairDataset dataset = Components.dataset(section.data(), reader);
    if (dataset.test().isEmpty()) {
      throw new UsageException(data + ": the data has no test part to measure on");
    }
    try (ClapModel loaded = models.load(model);
        PairEvaluation evaluation =
            new PairEvaluation(new Embedder(loaded), dataset.test(), dataset.testTask())) {
      EvaluationResult result = evaluation.result();
      json.print(result, output -> MetricLines.table(result).forEach(output::line));
    }
    return ExitStatus.DONE;
  }
}
