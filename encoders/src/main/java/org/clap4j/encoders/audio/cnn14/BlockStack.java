package org.clap4j.encoders.audio.cnn14;

import java.util.List;
import java.util.stream.IntStream;
import org.clap4j.core.audio.LogMelSettings;
import org.jspecify.annotations.Nullable;

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
   * @param features size of the features; null: the channels of the last block
   */
  CnnEncoder encoder(
      LogMelSettings frontEnd,
      int blocks,
      int pooledBlocks,
      double featureDropout,
      @Nullable Integer features) {
    List<ConvBlock> stack =
        IntStream.range(0, blocks).mapToObj(i -> block(i, i < pooledBlocks)).toList();
    int channels = stack.get(blocks - 1).outputs();
    return new CnnEncoder(frontEnd, stack, featureDropout, features == null ? channels : features);
  }

  private ConvBlock block(int index, boolean pools) {
    int inputs = index == 0 ? 1 : baseChannels << (index - 1);
    return new ConvBlock(inputs, baseChannels << index, convolutions, kernelSize, pools, dropout);
  }
}
