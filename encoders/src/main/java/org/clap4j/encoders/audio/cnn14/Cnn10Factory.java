package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;

/** Makes Cnn10: four blocks of two 3 x 3 convolutions, all pooled. */
public final class Cnn10Factory implements AudioEncoderFactory<Cnn10Config> {

  private static final int BLOCKS = 4;

  @Override
  public Class<Cnn10Config> configType() {
    return Cnn10Config.class;
  }

  @Override
  public AudioEncoder create(Cnn10Config config) {
    return new BlockStack(config.baseChannels(), 2, 3, config.blockDropout())
        .encoder(config.frontEnd().settings(), BLOCKS, BLOCKS, config.featureDropout());
  }
}
