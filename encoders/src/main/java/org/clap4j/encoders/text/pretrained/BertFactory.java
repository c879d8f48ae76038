package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.text.Tokenizer;

/** Makes BERT: norms after the sums, positions 0, 1, 2, ... */
public final class BertFactory implements TextEncoderFactory<BertConfig> {

  @Override
  public Class<BertConfig> configType() {
    return BertConfig.class;
  }

  @Override
  public TextEncoder create(BertConfig config, Tokenizer tokenizer) {
    return config.size().bidirectional(config.tokenTypes(), null, config.pooling(), tokenizer);
  }
}
