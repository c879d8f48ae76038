package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;

/** Makes CNN14's smaller siblings: four blocks, all pooled. */
public final class SmallCnnFactory implements AudioEncoderFactory<SmallCnnConfig> {

  private static final int BLOCKS = 4;

  private final int convolutions;
  private final int kernelSize;

  private SmallCnnFactory(int convolutions, int kernelSize) {
    this.convolutions = convolutions;
    this.kernelSize = kernelSize;
  }

  /** Makes Cnn10: blocks of two 3 x 3 convolutions. */
  public static SmallCnnFactory cnn10() {
    return new SmallCnnFactory(2, 3);
  }

  /** Makes Cnn6: blocks of one 5 x 5 convolution. */
  public static SmallCnnFactory cnn6() {
    return new SmallCnnFactory(1, 5);
  }

  @Override
  public Class<SmallCnnConfig> configType() {
    return SmallCnnConfig.class;
  }

  @Override
  public AudioEncoder create(SmallCnnConfig config) {
    return new BlockStack(config.baseChannels(), convolutions, kernelSize, config.blockDropout())
        .encoder(config.frontEnd().settings(), BLOCKS, BLOCKS, config.featureDropout(), null);
  }
}
