package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.text.Tokenizer;

/**
 * What the configurations of all three encoders have.
 *
 * @param vocabularySize number of ids
 * @param positions size of the table of positions
 * @param layers number of layers
 * @param width size of each token's vector
 * @param heads attention heads
 * @param feedForward size of the feed-forward networks' hidden layer
 * @param dropout on embeddings and on what each branch adds
 * @param epsilon of the layer norms
 */
record TransformerSize(
    int vocabularySize,
    int positions,
    int layers,
    int width,
    int heads,
    int feedForward,
    double dropout,
    double epsilon) {

  /** All weights start normal with this deviation, as in BERT and GPT-2. */
  static final double DEVIATION = 0.02;

  TransformerSize {
    atLeastOne("vocabulary-size", vocabularySize);
    atLeastOne("positions", positions);
    atLeastOne("layers", layers);
    atLeastOne("width", width);
    atLeastOne("heads", heads);
    atLeastOne("feed-forward", feedForward);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " with " + heads + " heads");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + dropout);
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("layer-norm-eps must be above 0, was " + epsilon);
    }
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, was " + value);
    }
  }

  TransformerLayer layer(boolean causal, Gelu gelu, NormPlacement placement) {
    return TransformerLayer.of(
        SelfAttention.normal(width, heads, causal, DEVIATION),
        FeedForward.normal(width, feedForward, gelu, DEVIATION),
        epsilon,
        dropout,
        placement);
  }

  LayerNorm norm() {
    return new LayerNorm(width, epsilon);
  }

  /**
   * Refuses a tokenizer that gives ids or lengths that the tables do not have.
   *
   * @param maxTokens the most tokens that the positions allow
   */
  void requireFits(Tokenizer tokenizer, int maxTokens) {
    if (tokenizer.vocabularySize() > vocabularySize) {
      throw new IllegalArgumentException(
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " ids, text-encoder.vocabulary-size is "
              + vocabularySize
              + "; use the tokenizer that belongs to the weights, or set vocabulary-size");
    }
    if (tokenizer.maxLength() > maxTokens) {
      throw new IllegalArgumentException(
          "tokenizer.max-length is "
              + tokenizer.maxLength()
              + ", the text encoder has positions for "
              + maxTokens
              + " tokens; set max-length to at most that");
    }
  }
}
