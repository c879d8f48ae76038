package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.Key;

/**
 * Options of GPT-2; by default gpt2 (124 million parameters). Keys mean what transformers'
 * configuration means by vocab_size, max_position_embeddings, num_hidden_layers and so on.
 */
public record Gpt2Config(
    @Key(value = "number of ids", defaultValue = "50257") int vocabularySize,
    @Key(value = "size of the table of positions", defaultValue = "1024") int positions,
    @Key(value = "number of layers, at least 1", defaultValue = "12") int layers,
    @Key(value = "size of each token's vector, a multiple of heads", defaultValue = "768")
        int width,
    @Key(value = "attention heads", defaultValue = "12") int heads,
    @Key(value = "size of the feed-forward networks' hidden layer", defaultValue = "3072")
        int feedForward,
    @Key(value = "dropout in training, in [0, 1)", defaultValue = "0.1") double dropout,
    @Key(value = "added to the variance in layer norms", defaultValue = "1e-5") double layerNormEps,
    @Key(
            value =
                "features from the last token (last), or from the n-th one of a caption with n ids"
                    + " that are not 0 (non-zero-count), as in MS CLAP 2023",
            defaultValue = "last")
        Gpt2Pooling pooling) {

  /** Checks the ranges. */
  public Gpt2Config {
    new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
  }

  TransformerSize size() {
    return new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
  }
}
