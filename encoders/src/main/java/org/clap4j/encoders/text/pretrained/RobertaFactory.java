package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;

/** Makes RoBERTa: BERT with positions that count the tokens that are no padding. */
public final class RobertaFactory implements TextEncoderFactory<RobertaConfig> {

  @Override
  public Class<RobertaConfig> configType() {
    return RobertaConfig.class;
  }

  @Override
  public TextEncoder create(RobertaConfig config, Tokenizer tokenizer) {
    return config
        .size()
        .bidirectional(config.tokenTypes(), config.paddingId(), config.pooling(), tokenizer);
  }
}
