package org.clap4j.encoders.text.transformer;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;

/**
 * A transformer over token and learned position embeddings, pooled to one vector of size {@code
 * width}. Padding changes nothing, wherever the tokenizer puts it after the tokens.
 *
 * <p>Parameters, named as in BERT: {@code embeddings.word_embeddings.weight}, {@code
 * embeddings.position_embeddings.weight}, {@code encoder.layer.k.attention.self.query.weight} and
 * so on. Weights start normal with the deviation of PyTorch's linear layers, 1 / sqrt(3 · width):
 * 0.05 at width 128, BERT's 0.02 at 768.
 */
public final class TransformerEncoder implements TextEncoder {

  private static final double EPSILON = 1e-5;
  private static final double EMBEDDING_DEVIATION = 0.02;

  private final TransformerConfig config;
  private final int vocabularySize;
  private final int maxLength;

  /**
   * Describes the encoder.
   *
   * @param vocabularySize number of token ids
   * @param maxLength the most tokens of a caption
   */
  public TransformerEncoder(TransformerConfig config, int vocabularySize, int maxLength) {
    this.config = config;
    this.vocabularySize = vocabularySize;
    this.maxLength = maxLength;
  }

  @Override
  public int featureDim() {
    return config.width();
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    String vertex = graph.add(prefix + ".embeddings", embeddings(), input);
    for (int k = 0; k < config.layers(); k++) {
      vertex = graph.add(prefix + ".encoder.layer." + k, layer(), vertex);
    }
    if (config.norm() == NormPlacement.PRE) {
      vertex = graph.add(prefix + ".encoder.LayerNorm", norm(), vertex);
    }
    return graph.add(prefix + ".pooling", new TokenPooling(config.pooling()), vertex);
  }

  private Block embeddings() {
    List<Named<? extends Block>> blocks = new ArrayList<>();
    blocks.add(
        new Named<>(
            "",
            new TokenEmbedding(vocabularySize, maxLength, config.width(), EMBEDDING_DEVIATION)));
    if (config.norm() == NormPlacement.POST) {
      blocks.add(new Named<>("LayerNorm", norm()));
    }
    if (config.dropout() > 0) {
      blocks.add(new Named<>("dropout", new Dropout(config.dropout())));
    }
    return new Sequential(blocks);
  }

  private TransformerLayer layer() {
    double deviation = 1 / Math.sqrt(3.0 * config.width());
    return TransformerLayer.of(
        SelfAttention.normal(config.width(), config.heads(), config.causal(), deviation),
        FeedForward.normal(config.width(), config.feedForward(), deviation),
        EPSILON,
        config.dropout(),
        config.norm());
  }

  private LayerNorm norm() {
    return new LayerNorm(config.width(), EPSILON);
  }

  /** Makes text transformers. */
  public static final class Factory implements TextEncoderFactory<TransformerConfig> {

    @Override
    public Class<TransformerConfig> configType() {
      return TransformerConfig.class;
    }

    @Override
    public TextEncoder create(TransformerConfig config, Tokenizer tokenizer) {
      return new TransformerEncoder(config, tokenizer.vocabularySize(), tokenizer.maxLength());
    }
  }
}
