package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of RoBERTa; by default roberta-base. Keys mean what transformers' configuration means by
 * vocab_size, max_position_embeddings, num_hidden_layers and so on.
 */
public record RobertaConfig(
    @Key(value = "number of ids", defaultValue = "50265") int vocabularySize,
    @Key(
            value = "size of the table of positions, which counts from padding-id + 1",
            defaultValue = "514")
        int positions,
    @Key(value = "number of layers, at least 1", defaultValue = "12") int layers,
    @Key(value = "size of each token's vector, a multiple of heads", defaultValue = "768")
        int width,
    @Key(value = "attention heads", defaultValue = "12") int heads,
    @Key(value = "size of the feed-forward networks' hidden layer", defaultValue = "3072")
        int feedForward,
    @Key(value = "dropout in training, in [0, 1)", defaultValue = "0.1") double dropout,
    @Key(value = "added to the variance in layer norms", defaultValue = "1e-5") double layerNormEps,
    @Key(value = "number of token types; all tokens are of type 0", defaultValue = "1")
        int tokenTypes,
    @Key(value = "id of padding, which positions count from", defaultValue = "1") int paddingId,
    @Key(
            value =
                "features from the first token (cls), BERT's pooler of it (pooler) or the mean (mean)",
            defaultValue = "pooler")
        Pooler pooling) {

  /** Checks the ranges. */
  public RobertaConfig {
    new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
    OptionRange.requireAtLeast("token-types", tokenTypes, 1);
  }

  TransformerSize size() {
    return new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
  }
}
