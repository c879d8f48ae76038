package org.clap4j.experiments.evaluation;

import org.clap4j.core.config.Key;

/** How a model is measured: the section {@code evaluation} of a configuration. */
public record EvaluationConfig(
    @Key(value = "clips and captions that pass a tower at once, at least 1", defaultValue = "32")
        int batchSize,
    @Key(
            value = "captions of the report's retrieval examples: so many best, so many worst",
            defaultValue = "5")
        int examples,
    @Key(
            value =
                "clips of the validation part that the tracker gets as log-mel pictures and as"
                    + " sound to be played; 0 for none",
            defaultValue = "3")
        int clips) {

  /** Checks the ranges. */
  public EvaluationConfig {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch-size must be at least 1, was " + batchSize);
    }
    if (examples < 0) {
      throw new IllegalArgumentException("examples must be at least 0, was " + examples);
    }
    if (clips < 0) {
      throw new IllegalArgumentException("clips must be at least 0, was " + clips);
    }
  }
}
