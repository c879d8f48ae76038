package com.example.clap4j;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Takes mean and deviation over time of each mel bin, in dB: [B, 1, T, M] to [B, 2 M], means first.
 *
 * <pre>
 * m = mean_t x_t,   s = sqrt(mean_t (x_t - m)^2 + epsilon)
 * dx_t = (dm + ds (x_t - m) / s) / T
 * </pre>
 *
 * @param melBins M
 */
record TimeMoments(int melBins) implements Block {

  /** In dB squared: keeps the gradient finite where a bin never changes, in silence. */
  private static final double EPSILON = 1e-3;

  private static final String CENTRED = "centred";
  private static final String DEVIATION = "deviation";

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (input.rank() != 4 || input.size(1) != 1 || input.size(3) != melBins) {
      throw new IllegalArgumentException(
          "moments takes log-mel of shape [B, 1, frames, %d], not %s"
              .formatted(melBins, Arrays.toString(input.shape())));
    }
    long clips = input.size(0);
    long frames = input.size(2);
    INDArray mean_BM = input.mean(2).reshape('c', clips, melBins);
    INDArray centred_BTM = context.activation(clips, frames, melBins);
    centred_BTM
        .assign(input.reshape('c', clips, frames, melBins))
        .subi(mean_BM.reshape('c', clips, 1, melBins));
    INDArray deviation_BM = context.activation(clips, melBins);
    deviation_BM.assign(centred_BTM.mul(centred_BTM).mean(1)).addi(EPSILON);
    Transforms.sqrt(deviation_BM, false);

    INDArray output = context.activation(clips, 2L * melBins);
    output.get(NDArrayIndex.all(), means()).assign(mean_BM);
    output.get(NDArrayIndex.all(), deviations()).assign(deviation_BM);
    if (context.keepsForBackward()) {
      context.save(CENTRED, centred_BTM);
      context.save(DEVIATION, deviation_BM);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray centred_BTM = context.saved(CENTRED);
    long clips = centred_BTM.size(0);
    long frames = centred_BTM.size(1);
    INDArray inputGradient = context.inputGradient(clips, 1, frames, melBins);
    if (!context.needsInputGradient()) {
      return inputGradient;
    }
    INDArray meanGradient_BM = outputGradient.get(NDArrayIndex.all(), means()).dup('c');
    INDArray slope_BM =
        outputGradient.get(NDArrayIndex.all(), deviations()).div(context.saved(DEVIATION)).dup('c');
    inputGradient
        .reshape('c', clips, frames, melBins)
        .assign(centred_BTM)
        .muli(slope_BM.reshape('c', clips, 1, melBins))
        .addi(meanGradient_BM.reshape('c', clips, 1, melBins))
        .divi(frames);
    return inputGradient;
  }

  private INDArrayIndex means() {
    return NDArrayIndex.interval(0, melBins);
  }

  private INDArrayIndex deviations() {
    return NDArrayIndex.interval(melBins, 2L * melBins);
  }
}
