package org.clap4j.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.training.optim.ModelOptimizer;

/**
 * What a checkpoint keeps beside its state.
 *
 * @param model its parameters
 * @param optimizer its memory
 * @param tokenizer its files
 */
public record CheckpointContent(
    TwoTowerModel model, ModelOptimizer optimizer, Tokenizer tokenizer) {

  /** Writes all files but {@code state.json} into a directory. */
  void write(Path directory) throws IOException {
    SafeTensorsWriter parameters = new SafeTensorsWriter().metadata("format", "pt");
    for (Parameter parameter : model.parameters()) {
      parameters.array(parameter.name(), parameter.value());
    }
    parameters.write(directory.resolve(Checkpoint.MODEL));
    SafeTensorsWriter memory = new SafeTensorsWriter().metadata("format", "pt");
    optimizer.state().forEach(memory::array);
    memory.write(directory.resolve(Checkpoint.OPTIMIZER));
    tokenizer.save(directory);
  }
}
