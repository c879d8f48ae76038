package org.clap4j.encoders.audio;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch norm of each mel bin over clips, log-mels of a clip and frames, [B, C, frames, melBins] to
 * the same: PANNs' {@code bn0}, HTS-AT's {@code batch_norm}.
 *
 * @param maps C, log-mels of each clip
 * @param melBins number of mel bins
 */
public record MelBatchNorm(int maps, int melBins) implements Block {

  private LastAxisBatchNorm norm() {
    return new LastAxisBatchNorm(melBins, false);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return norm().parameters();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (input.rank() != 4 || input.size(1) != maps || input.size(3) != melBins) {
      throw new IllegalArgumentException(
          "this encoder takes log-mel of shape [B, "
              + maps
              + ", frames, "
              + melBins
              + "], not "
              + Arrays.toString(input.shape()));
    }
    return norm().forward(context, input);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    return norm().backward(context, outputGradient);
  }
}
