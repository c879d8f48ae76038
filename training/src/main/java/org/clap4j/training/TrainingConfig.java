package org.clap4j.training;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** How a model is trained: the section {@code training} of a configuration. */
public record TrainingConfig(
    @Key(value = "pairs per optimiser step, all contrasted with each other", defaultValue = "32")
        int batchSize,
    @Key(
            value =
                "pairs that pass through the towers at once; 0 for the whole batch. Smaller chunks"
                    + " save memory and cost a second forward pass; the gradient stays that of the"
                    + " batch, but batch norm normalises within a chunk",
            defaultValue = "0")
        int chunkSize,
    @Key(value = "how often all pairs are gone through; 0 where steps says it", defaultValue = "10")
        int epochs,
    @Key(value = "number of optimiser steps; 0 where epochs says it", defaultValue = "0")
        long steps,
    @Key(
            value = "the gradient is scaled down to this global norm, above 0; .inf for never",
            defaultValue = "1.0")
        double maxGradNorm,
    @Key(
            value =
                "what batch norm normalises by in training: each chunk's own statistics (batch),"
                    + " or the running ones, which then stay as they are (running)",
            defaultValue = "batch")
        NormStatistics normStatistics,
    @Key(
            value = "when loss or gradient is not finite: stop the run, or skip the step and count",
            defaultValue = "stop")
        OnNonFinite onNonfinite,
    @Key(value = "steps from one line of metrics to the next, at least 1", defaultValue = "10")
        int logEvery,
    @Key(
            value = "steps from one evaluation to the next; 0 for the end of each epoch",
            defaultValue = "0")
        int evaluateEvery,
    @Key(
            value = "steps from one checkpoint to the next; 0 for the end of each epoch",
            defaultValue = "0")
        int checkpointEvery,
    @Key(value = "how many of the last checkpoints are kept, at least 1", defaultValue = "2")
        int keepLast,
    @Key(
            value = "evaluation metric that the best checkpoint is chosen by",
            defaultValue = "val/text_to_audio/R_at_1")
        String bestMetric,
    @Key(value = "which way that metric is good: min or max", defaultValue = "max")
        MetricMode bestMode,
    @Key("when a tower, or its encoder, is left as it is") FreezeConfig freeze,
    @Key("what the learning rate is multiplied with, per part of the model")
        RateFactors learningRateFactors) {

  /** Checks the ranges. */
  public TrainingConfig {
    OptionRange.requireAtLeast("batch-size", batchSize, 1);
    OptionRange.requireAtLeast("chunk-size", chunkSize, 0);
    OptionRange.requireAtLeast("epochs", epochs, 0);
    OptionRange.requireAtLeast("steps", steps, 0);
    if ((epochs == 0) == (steps == 0)) {
      throw new IllegalArgumentException(
          "exactly one of epochs and steps must be above 0, were " + epochs + " and " + steps);
    }
    if (!(maxGradNorm > 0)) {
      throw new IllegalArgumentException("max-grad-norm must be above 0, was " + maxGradNorm);
    }
    OptionRange.requireAtLeast("log-every", logEvery, 1);
    OptionRange.requireAtLeast("evaluate-every", evaluateEvery, 0);
    OptionRange.requireAtLeast("checkpoint-every", checkpointEvery, 0);
    OptionRange.requireAtLeast("keep-last", keepLast, 1);
  }

  /** Pairs that pass through the towers at once. */
  public int pairsPerChunk() {
    return chunkSize == 0 ? batchSize : Math.min(chunkSize, batchSize);
  }

  /** Number of steps of the whole run. */
  public long totalSteps(int stepsPerEpoch) {
    return steps > 0 ? steps : (long) epochs * stepsPerEpoch;
  }
}
