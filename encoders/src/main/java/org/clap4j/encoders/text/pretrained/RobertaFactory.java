package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.text.transformer.TransformerEncoder;

/** Makes RoBERTa: BERT with positions that count the tokens that are no padding. */
public final class RobertaFactory implements TextEncoderFactory<RobertaConfig> {

  @Override
  public Class<RobertaConfig> configType() {
    return RobertaConfig.class;
  }

  @Override
  public TextEncoder create(RobertaConfig config, Tokenizer tokenizer) {
    TransformerSize size = config.size();
    TokenEmbedding tokens =
        new TokenEmbedding(
            size.vocabularySize(),
            size.positions(),
            config.tokenTypes(),
            size.width(),
            TransformerSize.DEVIATION,
            config.paddingId());
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
