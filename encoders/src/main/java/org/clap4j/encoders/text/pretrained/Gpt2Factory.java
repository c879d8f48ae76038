package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;

/** Makes GPT-2: causal, norms before the branches, tanh GELU, features from the last token. */
public final class Gpt2Factory implements TextEncoderFactory<Gpt2Config> {

  @Override
  public Class<Gpt2Config> configType() {
    return Gpt2Config.class;
  }

  @Override
  public TextEncoder create(Gpt2Config config, Tokenizer tokenizer) {
    TextEncoder encoder = config.size().causal(tokenizer);
    return config.pooling() == Gpt2Pooling.NON_ZERO_COUNT
        ? new NonZeroCountEncoder(encoder)
        : encoder;
  }
}
