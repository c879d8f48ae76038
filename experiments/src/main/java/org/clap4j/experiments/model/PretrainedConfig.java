package org.clap4j.experiments.model;

import org.clap4j.core.config.Key;
import org.jspecify.annotations.Nullable;

/** Options of {@code pretrained}: files with weights, of the whole model or of single encoders. */
public record PretrainedConfig(
    @Key(
            value = "weights of both encoders, both heads and the logit scale; null: none",
            defaultValue = "null")
        @Nullable PretrainedFile model,
    @Key(value = "weights of the audio encoder; null: none", defaultValue = "null")
        @Nullable PretrainedFile audioEncoder,
    @Key(value = "weights of the text encoder; null: none", defaultValue = "null")
        @Nullable PretrainedFile textEncoder) {

  /** Checks that nothing is given twice. */
  public PretrainedConfig {
    if (model != null && (audioEncoder != null || textEncoder != null)) {
      throw new IllegalArgumentException(
          "model has the weights of both encoders; leave out audio-encoder and text-encoder, or"
              + " name these alone");
    }
  }
}
