package org.clap4j.training;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.training.checkpoint.CheckpointContent;
import org.clap4j.training.optim.ModelOptimizer;
import org.clap4j.training.schedule.Schedule;

/**
 * What a run trains, and by what rules.
 *
 * @param model the towers
 * @param loss the loss that the model was made for
 * @param optimizer bound to the model
 * @param schedule made for the optimiser's learning rate and the run's number of steps
 * @param tokenizer kept in each checkpoint
 */
public record TrainedParts(
    TwoTowerModel model,
    ContrastiveLoss loss,
    ModelOptimizer optimizer,
    Schedule schedule,
    Tokenizer tokenizer) {

  CheckpointContent content() {
    return new CheckpointContent(model, optimizer, tokenizer);
  }
}
