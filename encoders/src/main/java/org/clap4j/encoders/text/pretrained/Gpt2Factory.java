package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.text.transformer.TransformerEncoder;

/** Makes GPT-2: causal, norms before the branches, tanh GELU, features from the last token. */
public final class Gpt2Factory implements TextEncoderFactory<Gpt2Config> {

  @Override
  public Class<Gpt2Config> configType() {
    return Gpt2Config.class;
  }

  @Override
  public TextEncoder create(Gpt2Config config, Tokenizer tokenizer) {
    TransformerSize size = config.size();
    TokenEmbedding tokens =
        new TokenEmbedding(
            size.vocabularySize(),
            size.positions(),
            0,
            size.width(),
            TransformerSize.DEVIATION,
            null);
    size.requireFits(tokenizer, tokens.maxTokens());
    return new TransformerEncoder(
        tokens,
        size.layer(true, new Gelu(Gelu.Form.TANH), NormPlacement.PRE),
        size.layers(),
        size.norm(),
        NormPlacement.PRE,
        size.dropout(),
        new Named<>("pooling", new TokenPooling(Pooling.LAST)));
  }
}
