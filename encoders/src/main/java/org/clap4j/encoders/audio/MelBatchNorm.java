package org.clap4j.encoders.audio;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.layers.BatchNorm;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch norm of each mel bin over clips and frames, [B, 1, frames, melBins] to the same: PANNs'
 * {@code bn0}, HTS-AT's {@code batch_norm}. Mel bins are made the channels of one image for it.
 *
 * @param melBins number of mel bins
 */
public record MelBatchNorm(int melBins) implements Block {

  private BatchNorm norm() {
    return new BatchNorm("", melBins, false);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return norm().parameters();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (input.rank() != 4 || input.size(1) != 1 || input.size(3) != melBins) {
      throw new IllegalArgumentException(
          "this encoder takes log-mel of shape [B, 1, frames, "
              + melBins
              + "], not "
              + Arrays.toString(input.shape()));
    }
    long frames = input.length() / melBins;
    INDArray byMel =
        context.keepsForBackward()
            ? context.activation(1, melBins, frames)
            : context.scratch(1, melBins, frames);
    byMel.reshape(melBins, frames).assign(input.reshape('c', frames, melBins).transpose());
    INDArray normalised = context.scratch(1, melBins, frames);
    norm().forward(context, byMel, normalised);
    return byFrame(normalised, context.activation(input.shape()));
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    long frames = outputGradient.length() / melBins;
    INDArray byMel = context.scratch(1, melBins, frames);
    byMel.reshape(melBins, frames).assign(outputGradient.reshape(frames, melBins).transpose());
    norm().backward(context, byMel, byMel);
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    return context.needsInputGradient() ? byFrame(byMel, inputGradient) : inputGradient;
  }

  private INDArray byFrame(INDArray byMel, INDArray target) {
    long frames = target.length() / melBins;
    target.reshape(frames, melBins).assign(byMel.reshape(melBins, frames).transpose());
    return target;
  }
}
