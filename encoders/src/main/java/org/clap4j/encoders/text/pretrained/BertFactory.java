package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.text.transformer.TransformerEncoder;

/** Makes BERT: norms after the sums, positions 0, 1, 2, ... */
public final class BertFactory implements TextEncoderFactory<BertConfig> {

  @Override
  public Class<BertConfig> configType() {
    return BertConfig.class;
  }

  @Override
  public TextEncoder create(BertConfig config, Tokenizer tokenizer) {
    TransformerSize size = config.size();
    TokenEmbedding tokens =
        new TokenEmbedding(
            size.vocabularySize(),
            size.positions(),
            config.tokenTypes(),
            size.width(),
            TransformerSize.DEVIATION,
            null);
    size.requireFits(tokenizer, tokens.maxTokens());
    return new TransformerEncoder(
        tokens,
        size.layer(false, new Gelu(), NormPlacement.POST),
        size.layers(),
        size.norm(),
        NormPlacement.POST,
        size.dropout(),
        config.pooling().block(size.width(), TransformerSize.DEVIATION));
  }
}
