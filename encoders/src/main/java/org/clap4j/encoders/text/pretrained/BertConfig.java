package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of BERT; by default bert-base-uncased. Keys mean what transformers' configuration means
 * by vocab_size, max_position_embeddings, num_hidden_layers and so on.
 */
public record BertConfig(
    @Key(value = "number of ids", defaultValue = "30522") int vocabularySize,
    @Key(value = "size of the table of positions", defaultValue = "512") int positions,
    @Key(value = "number of layers, at least 1", defaultValue = "12") int layers,
    @Key(value = "size of each token's vector, a multiple of heads", defaultValue = "768")
        int width,
    @Key(value = "attention heads", defaultValue = "12") int heads,
    @Key(value = "size of the feed-forward networks' hidden layer", defaultValue = "3072")
        int feedForward,
    @Key(value = "dropout in training, in [0, 1)", defaultValue = "0.1") double dropout,
    @Key(value = "added to the variance in layer norms", defaultValue = "1e-12")
        double layerNormEps,
    @Key(value = "number of token types; all tokens are of type 0", defaultValue = "2")
        int tokenTypes,
    @Key(
            value =
                "features from the first token (cls), BERT's pooler of it (pooler) or the mean (mean)",
            defaultValue = "cls")
        Pooler pooling) {

  /** Checks the ranges. */
  public BertConfig {
    new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
    OptionRange.requireAtLeast("token-types", tokenTypes, 1);
  }

  TransformerSize size() {
    return new TransformerSize(
        vocabularySize, positions, layers, width, heads, feedForward, dropout, layerNormEps);
  }
}
