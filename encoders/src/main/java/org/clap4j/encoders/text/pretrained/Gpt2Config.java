package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.Key;

/**
 * Options of GPT-2; by default gpt2 (124 million parameters). Keys mean what transformers'
 * configuration means by vocab_size, max_position_embeddings, num_hidden_layers and so on.
 */
public record Gpt2Config(
    @Key(value = TransformerKeys.VOCABULARY_SIZE, defaultValue = "50257") int vocabularySize,
    @Key(value = TransformerKeys.POSITIONS, defaultValue = "1024") int positions,
    @Key(value = TransformerKeys.LAYERS, defaultValue = "12") int layers,
    @Key(value = TransformerKeys.WIDTH, defaultValue = "768") int width,
    @Key(value = TransformerKeys.HEADS, defaultValue = "12") int heads,
    @Key(value = TransformerKeys.FEED_FORWARD, defaultValue = "3072") int feedForward,
    @Key(value = TransformerKeys.DROPOUT, defaultValue = "0.1") double dropout,
    @Key(value = TransformerKeys.ATTENTION_DROPOUT, defaultValue = "0.1") double attentionDropout,
    @Key(value = TransformerKeys.LAYER_NORM_EPS, defaultValue = "1e-5") double layerNormEps,
    @Key(
            value =
                "features from the last token (last), or from the n-th one of a caption with n ids"
                    + " that are not 0 (non-zero-count), as in MS CLAP 2023",
            defaultValue = "last")
        Gpt2Pooling pooling) {

  /** Checks the ranges. */
  public Gpt2Config {
    new TransformerSize(
        vocabularySize,
        positions,
        layers,
        width,
        heads,
        feedForward,
        dropout,
        attentionDropout,
        layerNormEps);
  }

  TransformerSize size() {
    return new TransformerSize(
        vocabularySize,
        positions,
        layers,
        width,
        heads,
        feedForward,
        dropout,
        attentionDropout,
        layerNormEps);
  }
}
