package org.clap4j.encoders.text.transformer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Gelu;
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
 * Token and position embeddings, transformer layers, pooling: every text encoder of ours, put
 * together from its parts. Padding changes nothing, wherever the tokenizer puts it after the
 * tokens.
 *
 * <p>Parameters, named as in BERT: {@code embeddings.word_embeddings.weight}, {@code
 * embeddings.position_embeddings.weight}, {@code encoder.layer.k.attention.self.query.weight} and
 * so on; {@code encoder.LayerNorm} stands after layers that have their norms in front.
 */
public final class TransformerEncoder implements TextEncoder {

  private static final double EPSILON = 1e-5;
  private static final double EMBEDDING_DEVIATION = 0.02;

  private final Block embeddings;
  private final List<TransformerLayer> layers;
  private final List<Named<? extends Block>> last;
  private final int featureDim;
  private final int maxLength;

  /**
   * Puts an encoder together: norms after the sums of embeddings and branches (BERT), or before the
   * branches and after the last layer (GPT-2).
   *
   * @param tokens the tables
   * @param layer one layer; all have the same shape
   * @param layers how many of them
   * @param norm the layer norm of embeddings or of the last layer's output
   * @param placement where norms stand
   * @param dropout on the embeddings, in [0, 1)
   * @param pooling of [B, L, D] to [B, D]
   */
  public TransformerEncoder(
      TokenEmbedding tokens,
      TransformerLayer layer,
      int layers,
      LayerNorm norm,
      NormPlacement placement,
      double dropout,
      Named<? extends Block> pooling) {
    List<Named<? extends Block>> first = new ArrayList<>();
    first.add(new Named<>("", tokens));
    if (placement == NormPlacement.POST) {
      first.add(new Named<>("LayerNorm", norm));
    }
    if (dropout > 0) {
      first.add(new Named<>("dropout", new Dropout(dropout)));
    }
    embeddings = new Sequential(first);
    this.layers = Collections.nCopies(layers, layer);
    last =
        placement == NormPlacement.PRE
            ? List.of(new Named<>("encoder.LayerNorm", norm), pooling)
            : List.of(pooling);
    featureDim = tokens.width();
    maxLength = tokens.maxTokens();
  }

  /**
   * The transformer to be trained from scratch that a configuration describes. Weights start normal
   * with the deviation of PyTorch's linear layers, 1 / sqrt(3 · width): 0.05 at width 128, BERT's
   * 0.02 at 768.
   *
   * @param vocabularySize number of token ids
   * @param maxLength the most tokens of a caption
   */
  public static TransformerEncoder of(TransformerConfig config, int vocabularySize, int maxLength) {
    double deviation = 1 / Math.sqrt(3.0 * config.width());
    return new TransformerEncoder(
        new TokenEmbedding(vocabularySize, maxLength, config.width(), EMBEDDING_DEVIATION),
        TransformerLayer.of(
            SelfAttention.normal(config.width(), config.heads(), config.causal(), 0, deviation),
            FeedForward.normal(config.width(), config.feedForward(), new Gelu(), deviation),
            EPSILON,
            config.dropout(),
            config.norm()),
        config.layers(),
        new LayerNorm(config.width(), EPSILON),
        config.norm(),
        config.dropout(),
        new Named<>("pooling", new TokenPooling(config.pooling())));
  }

  @Override
  public int featureDim() {
    return featureDim;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    String vertex = graph.add(prefix + ".embeddings", embeddings, input);
    for (int k = 0; k < layers.size(); k++) {
      vertex = graph.add(prefix + ".encoder.layer." + k, layers.get(k), vertex);
    }
    for (Named<? extends Block> named : last) {
      vertex = graph.add(prefix + '.' + named.name(), named.block(), vertex);
    }
    return vertex;
  }

  /** Makes text transformers. */
  public static final class Factory implements TextEncoderFactory<TransformerConfig> {

    @Override
    public Class<TransformerConfig> configType() {
      return TransformerConfig.class;
    }

    @Override
    public TextEncoder create(TransformerConfig config, Tokenizer tokenizer) {
      return TransformerEncoder.of(config, tokenizer.vocabularySize(), tokenizer.maxLength());
    }
  }
}
