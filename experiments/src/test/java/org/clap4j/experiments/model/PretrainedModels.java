package org.clap4j.experiments.model;

import com.google.inject.Injector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.nd4j.linalg.api.buffer.DataType;

/** New models of configurations with pretrained weights, as a run begins with them. */
final class PretrainedModels {

  private static final Injector INJECTOR = Clap4jInjector.create(List.of(), Map.of());

  /** What every configuration needs and these tests do not. */
  private static final String REST =
      """
      name: pretrained
      data: {type: synthetic}
      optimizer: {type: adamw}
      schedule: {type: constant}
      clip: {seconds: 1}
      """;

  /** Where the configuration names no loss itself. */
  private static final String LOSS = "loss: {type: info-nce}\n";

  private PretrainedModels() {}

  /** Binds a configuration and makes its model. */
  static ClapModel create(String yaml) throws IOException {
    return INJECTOR.getInstance(StartingWeights.class).loadInto(withoutWeights(yaml));
  }

  /** The same without the weights. */
  static ClapModel withoutWeights(String yaml) throws IOException {
    String whole = REST + (yaml.contains("loss:") ? "" : LOSS) + yaml;
    ExperimentConfig config =
        INJECTOR
            .getInstance(ConfigBinder.class)
            .bind(ExperimentConfig.class, ConfigLoader.parse(whole, "test.yaml"));
    return ModelAssembly.create(config, List.of("a dog barks", "rain falls"));
  }

  /** Reads the ids and the mask of a fixture. */
  static TokenBatch tokens(SafeTensors io) throws IOException {
    return new TokenBatch(
        io.array("input_ids", DataType.INT32).toIntMatrix(),
        io.array("attention_mask", DataType.INT32).toIntMatrix());
  }
}
