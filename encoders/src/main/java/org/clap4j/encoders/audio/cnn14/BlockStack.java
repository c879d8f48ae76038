package org.clap4j.encoders.audio.cnn14;

import java.util.List;
import java.util.stream.IntStream;
import org.clap4j.core.audio.LogMelSettings;

/**
 * The blocks of a PANNs encoder: each has twice the channels of the one before.
 *
 * @param baseChannels channels of the first block
 * @param convolutions convolutions of each block
 * @param kernelSize rows and columns of each kernel
 * @param dropout dropout after each block
 */
record BlockStack(int baseChannels, int convolutions, int kernelSize, double dropout) {

  /**
   * Makes an encoder.
   *
   * @param blocks number of blocks
   * @param pooledBlocks number of blocks, from the first, that halve frames and mel bins
   */
  CnnEncoder encoder(LogMelSettings frontEnd, int blocks, int pooledBlocks, double featureDropout) {
    List<ConvBlock> stack =
        IntStream.range(0, blocks).mapToObj(i -> block(i, i < pooledBlocks)).toList();
    return new CnnEncoder(frontEnd, stack, featureDropout);
  }

  private ConvBlock block(int index, boolean pools) {
    int inputs = index == 0 ? 1 : baseChannels << (index - 1);
    return new ConvBlock(inputs, baseChannels << index, convolutions, kernelSize, pools, dropout);
  }
}
