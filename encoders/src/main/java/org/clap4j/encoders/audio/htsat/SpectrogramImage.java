package org.clap4j.encoders.audio.htsat;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Folds a spectrogram to a square image, [B, C, frames, melBins] to [B, C, side, side]: stretches
 * it to Q · side frames (side / melBins = Q) and puts its Q parts one below the other along the mel
 * axis, so that {@code image[melBins · q + f, t] = stretched[side · q + t, f]} (Chen et al. 2022,
 * section 2.1).
 *
 * @param melBins mel bins, which divide the side
 * @param side rows and columns of the image
 */
record SpectrogramImage(int melBins, int side) implements Block {

  private static final String FRAMES = "frames";

  SpectrogramImage {
    if (side % melBins != 0) {
      throw new IllegalArgumentException(
          "image-size must be a multiple of the front end's mel bins, was "
              + side
              + " for "
              + melBins
              + " mel bins");
    }
  }

  /** Q, the parts that lie one below the other. */
  private int parts() {
    return side / melBins;
  }

  /** The most frames that a spectrogram may have. */
  int mostFrames() {
    return parts() * side;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (input.rank() != 4 || input.size(2) > mostFrames() || input.size(3) != melBins) {
      throw new IllegalArgumentException(
          "htsat takes log-mel of shape [B, C, frames, "
              + melBins
              + "] with at most "
              + mostFrames()
              + " frames, not "
              + Arrays.toString(input.shape())
              + "; take shorter clips or a larger image-size");
    }
    long frames = input.size(2);
    if (context.keepsForBackward()) {
      context.save(FRAMES, frames);
    }
    long maps = input.size(0) * input.size(1);
    INDArray stretched = stretch(context, input.reshape('c', maps, frames, melBins));
    INDArray image = context.activation(input.size(0), input.size(1), side, side);
    image
        .reshape('c', maps, parts(), melBins, side)
        .assign(stretched.reshape('c', maps, parts(), side, melBins).permute(0, 1, 3, 2));
    return image;
  }

  private INDArray stretch(BlockContext context, INDArray maps_MTF) {
    long frames = maps_MTF.size(1);
    if (frames == mostFrames()) {
      return maps_MTF;
    }
    INDArray weights = stretch(frames).weights(context);
    INDArray stretched = context.scratch(maps_MTF.size(0), mostFrames(), melBins);
    for (long map = 0; map < maps_MTF.size(0); map++) {
      context
          .kernels()
          .dense()
          .multiply(weights, false, maps_MTF.slice(map), false, stretched.slice(map));
    }
    return stretched;
  }

  private CubicStretch stretch(long frames) {
    return new CubicStretch(Math.toIntExact(frames), mostFrames());
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    long frames = context.saved(FRAMES, Long.class);
    long images = outputGradient.size(0);
    long channels = outputGradient.size(1);
    INDArray inputGradient = context.inputGradient(images, channels, frames, melBins);
    if (!context.needsInputGradient()) {
      return inputGradient;
    }
    long maps = images * channels;
    INDArray gradient_MTF = inputGradient.reshape('c', maps, frames, melBins);
    boolean isStretched = frames != mostFrames();
    INDArray unfolded = isStretched ? context.scratch(maps, mostFrames(), melBins) : gradient_MTF;
    unfolded
        .reshape('c', maps, parts(), side, melBins)
        .assign(outputGradient.reshape('c', maps, parts(), melBins, side).permute(0, 1, 3, 2));
    if (isStretched) {
      INDArray weights = stretch(frames).weights(context);
      for (long map = 0; map < maps; map++) {
        context
            .kernels()
            .dense()
            .multiply(weights, true, unfolded.slice(map), false, gradient_MTF.slice(map));
      }
    }
    return inputGradient;
  }
}
