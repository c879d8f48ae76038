package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the tiles of a channel lie in an array [images, channels, positions].
 *
 * @param images B
 * @param channels C
 * @param positions S
 */
record ChannelTiles(long images, long channels, long positions) {

  /** Works on elements [at, at + count). */
  @FunctionalInterface
  interface TileTask {
    void run(long at, int count);
  }

  static ChannelTiles of(INDArray array_BCS) {
    long images = array_BCS.size(0);
    long channels = array_BCS.size(1);
    return new ChannelTiles(images, channels, array_BCS.length() / (images * channels));
  }

  /** Where a channel of an image starts. */
  long start(long image, long channel) {
    return (image * channels + channel) * positions;
  }

  /** Number of elements of a channel over all images. */
  double elementsPerChannel() {
    return (double) images * positions;
  }

  /** Hands out a channel's tiles, image by image. */
  void forChannel(long channel, TileTask task) {
    for (long image = 0; image < images; image++) {
      long start = start(image, channel);
      for (long i = 0; i < positions; i += HostFloats.TILE) {
        task.run(start + i, (int) Math.min(HostFloats.TILE, positions - i));
      }
    }
  }
}
