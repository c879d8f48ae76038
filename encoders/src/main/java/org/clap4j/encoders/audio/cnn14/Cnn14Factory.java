package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;

/** Makes CNN14: blocks of two 3 x 3 convolutions, all but the last one pooled. */
public final class Cnn14Factory implements AudioEncoderFactory<Cnn14Config> {

  @Override
  public Class<Cnn14Config> configType() {
    return Cnn14Config.class;
  }

  @Override
  public AudioEncoder create(Cnn14Config config) {
    return new BlockStack(config.baseChannels(), 2, 3, config.blockDropout())
        .encoder(
            config.frontEnd().settings(),
            config.blocks(),
            config.blocks() - 1,
            config.featureDropout(),
            config.features());
  }
}
