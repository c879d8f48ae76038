package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;

/** Makes Cnn6: four blocks of one 5 x 5 convolution, all pooled. */
public final class Cnn6Factory implements AudioEncoderFactory<Cnn6Config> {

  private static final int BLOCKS = 4;

  @Override
  public Class<Cnn6Config> configType() {
    return Cnn6Config.class;
  }

  @Override
  public AudioEncoder create(Cnn6Config config) {
    return new BlockStack(config.baseChannels(), 1, 5, config.blockDropout())
        .encoder(config.frontEnd().settings(), BLOCKS, BLOCKS, config.featureDropout());
  }
}
