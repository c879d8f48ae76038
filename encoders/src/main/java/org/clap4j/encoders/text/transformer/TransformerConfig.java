package org.clap4j.encoders.text.transformer;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenPooling.Pooling;

/**
 * Options of the text transformer. How many tokens it takes and how many ids there are is the
 * tokenizer's to say.
 *
 * @param layers number of layers
 * @param width D, size of each token's vector and of the features
 * @param heads attention heads; they divide the width
 * @param feedForward size of the hidden layer of each feed-forward network
 * @param dropout on the embeddings and on what each branch adds
 * @param norm where the layer norms stand
 * @param pooling which tokens make the caption's features
 * @param causal whether a token sees only what is before it
 */
public record TransformerConfig(
    @Key(value = "number of layers, at least 1", defaultValue = "2") int layers,
    @Key(value = "size of each token's vector, a multiple of heads", defaultValue = "128")
        int width,
    @Key(value = "attention heads", defaultValue = "4") int heads,
    @Key(value = "size of the feed-forward networks' hidden layer", defaultValue = "512")
        int feedForward,
    @Key(value = "dropout in training, in [0, 1)", defaultValue = "0.1") double dropout,
    @Key(
            value = "layer norms before each branch (pre) or after each sum (post)",
            defaultValue = "pre")
        NormPlacement norm,
    @Key(
            value = "features from the first token (cls), the mean over tokens or the last token",
            defaultValue = "mean")
        Pooling pooling,
    @Key(value = "whether tokens see only what is before them", defaultValue = "false")
        boolean causal) {

  /** Checks the ranges. */
  public TransformerConfig {
    OptionRange.requireAtLeast("layers", layers, 1);
    OptionRange.requireAtLeast("width", width, 1);
    OptionRange.requireAtLeast("heads", heads, 1);
    OptionRange.requireAtLeast("feed-forward", feedForward, 1);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " with " + heads + " heads");
    }
    OptionRange.requireBelowOne("dropout", dropout);
    if (causal && pooling == Pooling.CLS) {
      throw new IllegalArgumentException(
          "pooling cls needs causal: false, for a causal first token sees nothing but itself; use"
              + " pooling last");
    }
  }
}
