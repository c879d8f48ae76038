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
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.LayerSummary;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.datasets.DatasetException;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.ModelAssembly;
import org.clap4j.experiments.model.ModelDescription;
import org.clap4j.experiments.model.SavedModels;
import org.clap4j.experiments.model.StartingWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a model is made of. */
@Command(
    name = "describe",
    description =
        "Shows a model's layers, output shapes of one pair, parameters, and the memory that"
            + " training takes.")
public final class DescribeCommand implements Callable<Integer> {

  private static final double MIB = 1024 * 1024;

  private final ConfigBinder binder;
  private final SavedModels models;
  private final StartingWeights startingWeights;
  private final AudioReader reader;

  @Parameters(
      index = "0",
      paramLabel = "CONFIG-OR-MODEL",
      description = "A configuration, whose data gives the vocabulary, or a model.")
  private Path source = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "key=value",
      description = "Configuration keys to set, by their dotted names.")
  private List<String> overrides = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  DescribeCommand(
      ConfigBinder binder,
      SavedModels models,
      StartingWeights startingWeights,
      AudioReader reader) {
    this.binder = binder;
    this.models = models;
    this.startingWeights = startingWeights;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    try (ClapModel model = model()) {
      ModelDescription description = ModelDescription.of(model);
      json.print(document(description), output -> print(description, output));
    }
    return ExitStatus.DONE;
  }

  private ClapModel model() throws IOException {
    if (!SavedModels.isModel(source)) {
      ExperimentConfig config =
          binder.bind(ExperimentConfig.class, ConfigLoader.load(source, overrides));
      return startingWeights.loadInto(ModelAssembly.create(config, dataset(config)));
    }
    if (!overrides.isEmpty()) {
      throw new UsageException(
          source + " is a model, which is described as it is; leave out " + overrides.get(0));
    }
    return models.load(source);
  }

  private PairDataset dataset(ExperimentConfig config) throws DatasetException {
    try {
      return Components.dataset(config.data(), reader);
    } catch (IOException e) {
      throw new DatasetException(
          source
              + ": the data cannot be opened, and its training captions give the vocabulary: "
              + e.getMessage(),
          e);
    }
  }

  private static Map<String, Object> document(ModelDescription description) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("layers", description.layers().stream().map(DescribeCommand::fields).toList());
    document.put("trained_parameters", description.trained());
    document.put("running_statistics", description.statistics());
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("batch", description.batch());
    memory.put("parameters", description.parameterBytes());
    memory.put("gradients", description.gradientBytes());
    memory.put("optimizer_state", description.optimizerBytes());
    memory.put("layer_outputs", description.outputBytes());
    memory.put("total", description.totalBytes());
    document.put("memory_bytes", memory);
    return document;
  }

  private static Map<String, Object> fields(LayerSummary layer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", layer.name());
    fields.put("tower", layer.tower().name().toLowerCase(Locale.ROOT));
    fields.put("block", layer.block());
    fields.put("output_shape", layer.outputShape());
    fields.put("trained_parameters", layer.trained());
    fields.put("running_statistics", layer.statistics());
    return fields;
  }

  private static void print(ModelDescription description, Output output) {
    int name = width(description.layers().stream().map(LayerSummary::name).toList());
    int block = width(description.layers().stream().map(LayerSummary::block).toList());
    String row = "%-" + name + "s  %-" + block + "s  %-22s  %12s  %10s";
    output.line(row.formatted("layer", "block", "output of one pair", "parameters", "statistics"));
    for (LayerSummary layer : description.layers()) {
      String shape = layer.outputShape().isEmpty() ? "" : layer.outputShape().toString();
      output.line(
          row.formatted(layer.name(), layer.block(), shape, layer.trained(), layer.statistics()));
    }
    output.line(row.formatted("all", "", "", description.trained(), description.statistics()));
    output.line("");
    output.line("memory of training, " + description.batch() + " pairs at once");
    memory(output, "parameters, counted", description.parameterBytes());
    memory(output, "gradients, counted", description.gradientBytes());
    memory(output, "optimiser state, counted", description.optimizerBytes());
    memory(output, "layer outputs, computed", description.outputBytes());
    memory(output, "together, at least", description.totalBytes());
    output.line("What blocks keep for the backward pass, scratch and the loss come on top.");
  }

  private static void memory(Output output, String what, long bytes) {
    output.line(String.format(Locale.ROOT, "  %-26s %10.1f MiB", what, bytes / MIB));
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(1);
  }
}
