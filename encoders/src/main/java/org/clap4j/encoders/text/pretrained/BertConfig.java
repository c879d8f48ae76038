package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of BERT; by default bert-base-uncased. Keys mean what transformers' configuration means
 * by vocab_size, max_position_embeddings, num_hidden_layers and so on.
 */
public record BertConfig(
    @Key(value = TransformerKeys.VOCABULARY_SIZE, defaultValue = "30522") int vocabularySize,
    @Key(value = TransformerKeys.POSITIONS, defaultValue = "512") int positions,
    @Key(value = TransformerKeys.LAYERS, defaultValue = "12") int layers,
    @Key(value = TransformerKeys.WIDTH, defaultValue = "768") int width,
    @Key(value = TransformerKeys.HEADS, defaultValue = "12") int heads,
    @Key(value = TransformerKeys.FEED_FORWARD, defaultValue = "3072") int feedForward,
    @Key(value = TransformerKeys.DROPOUT, defaultValue = "0.1") double dropout,
    @Key(value = TransformerKeys.ATTENTION_DROPOUT, defaultValue = "0.1") double attentionDropout,
    @Key(value = TransformerKeys.LAYER_NORM_EPS, defaultValue = "1e-12") double layerNormEps,
    @Key(value = TransformerKeys.TOKEN_TYPES, defaultValue = "2") int tokenTypes,
    @Key(value = TransformerKeys.POOLING, defaultValue = "cls") Pooler pooling) {

  /** Checks the ranges. */
  public BertConfig {
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
    OptionRange.requireAtLeast("token-types", tokenTypes, 1);
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
