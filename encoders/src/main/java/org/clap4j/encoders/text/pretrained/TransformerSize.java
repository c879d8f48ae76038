package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.config.OptionRange;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.text.transformer.TransformerEncoder;
import org.jspecify.annotations.Nullable;

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
 * @param attentionDropout on attention probabilities
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
    double attentionDropout,
    double epsilon) {

  /** All weights start normal with this deviation, as in BERT and GPT-2. */
  static final double DEVIATION = 0.02;

  TransformerSize {
    OptionRange.requireAtLeast("vocabulary-size", vocabularySize, 1);
    OptionRange.requireAtLeast("positions", positions, 1);
    OptionRange.requireAtLeast("layers", layers, 1);
    OptionRange.requireAtLeast("width", width, 1);
    OptionRange.requireAtLeast("heads", heads, 1);
    OptionRange.requireAtLeast("feed-forward", feedForward, 1);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " with " + heads + " heads");
    }
    OptionRange.requireBelowOne("dropout", dropout);
    OptionRange.requireBelowOne("attention-dropout", attentionDropout);
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("layer-norm-eps must be above 0, was " + epsilon);
    }
  }

  /**
   * BERT or RoBERTa of this size: norms after the sums, every token sees all.
   *
   * @param tokenTypes number of token types
   * @param paddingId where positions count tokens from behind it, as in RoBERTa; null: from 0
   * @param pooler what makes the features
   * @param tokenizer gives the ids
   * @throws IllegalArgumentException if the tokenizer gives ids or lengths that the tables lack
   */
  TransformerEncoder bidirectional(
      int tokenTypes, @Nullable Integer paddingId, Pooler pooler, Tokenizer tokenizer) {
    return encoder(
        embedding(tokenTypes, paddingId),
        tokenizer,
        false,
        new Gelu(),
        NormPlacement.POST,
        pooler.block(width));
  }

  /**
   * GPT-2 of this size: norms before the branches, a token sees what is before it, and the last one
   * makes the features.
   *
   * @param tokenizer gives the ids
   * @throws IllegalArgumentException if the tokenizer gives ids or lengths that the tables lack
   */
  TransformerEncoder causal(Tokenizer tokenizer) {
    return encoder(
        embedding(0, null),
        tokenizer,
        true,
        new Gelu(Gelu.Form.TANH),
        NormPlacement.PRE,
        new Named<>("pooling", new TokenPooling(Pooling.LAST)));
  }

  private TokenEmbedding embedding(int tokenTypes, @Nullable Integer paddingId) {
    return new TokenEmbedding(vocabularySize, positions, tokenTypes, width, DEVIATION, paddingId);
  }

  private TransformerEncoder encoder(
      TokenEmbedding tokens,
      Tokenizer tokenizer,
      boolean causal,
      Gelu gelu,
      NormPlacement placement,
      Named<? extends Block> pooling) {
    requireFits(tokenizer, tokens.maxTokens());
    TransformerLayer layer =
        TransformerLayer.of(
            SelfAttention.normal(width, heads, causal, attentionDropout, DEVIATION),
            FeedForward.normal(width, feedForward, gelu, DEVIATION),
            epsilon,
            dropout,
            placement);
    return new TransformerEncoder(
        tokens, layer, layers, new LayerNorm(width, epsilon), placement, dropout, pooling);
  }

  private void requireFits(Tokenizer tokenizer, int maxTokens) {
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
