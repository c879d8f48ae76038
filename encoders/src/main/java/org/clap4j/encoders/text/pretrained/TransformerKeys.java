package org.clap4j.encoders.text.pretrained;

/** Descriptions of the keys that the configurations of all three encoders have. */
final class TransformerKeys {

  static final String VOCABULARY_SIZE = "number of ids";
  static final String POSITIONS = "size of the table of positions";
  static final String LAYERS = "number of layers, at least 1";
  static final String WIDTH = "size of each token's vector, a multiple of heads";
  static final String HEADS = "attention heads";
  static final String FEED_FORWARD = "size of the feed-forward networks' hidden layer";
  static final String DROPOUT =
      "dropout on embeddings and on what each branch adds in training, in [0, 1)";
  static final String ATTENTION_DROPOUT =
      "dropout on attention probabilities in training, in [0, 1)";
  static final String LAYER_NORM_EPS = "added to the variance in layer norms";
  static final String TOKEN_TYPES = "number of token types; all tokens are of type 0";
  static final String POOLING =
      "features from the first token (cls), BERT's pooler of it (pooler) or the mean (mean)";

  private TransformerKeys() {}
}
