package org.clap4j.encoders.audio;

import java.util.List;
import org.clap4j.core.layers.BatchNorm;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch norm of each element of the last axis over all others, [.., D] to the same. The elements
 * are made the channels of one image for it.
 *
 * @param width D
 * @param rectifies whether max(0, ·) follows
 */
public record LastAxisBatchNorm(int width, boolean rectifies) implements Block {

  private BatchNorm norm() {
    return new BatchNorm("", width, rectifies);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return norm().parameters();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    boolean keeps = context.keepsForBackward();
    INDArray channels = lend(context, keeps, input);
    copyTransposed(input, channels);
    INDArray normalised = lend(context, keeps && rectifies, input);
    norm().forward(context, channels, normalised);
    return copyBack(normalised, context.activation(input.shape()));
  }

  /** An image [1, D, R] for an array of R rows. */
  private INDArray lend(BlockContext context, boolean isKept, INDArray array) {
    long rows = array.length() / width;
    return isKept ? context.activation(1, width, rows) : context.scratch(1, width, rows);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray channels = lend(context, false, outputGradient);
    copyTransposed(outputGradient, channels);
    norm().backward(context, channels, channels);
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    return context.needsInputGradient() ? copyBack(channels, inputGradient) : inputGradient;
  }

  private void copyTransposed(INDArray array, INDArray channels) {
    long rows = array.length() / width;
    channels.reshape(width, rows).assign(array.reshape('c', rows, width).transpose());
  }

  private INDArray copyBack(INDArray channels, INDArray target) {
    long rows = target.length() / width;
    target.reshape('c', rows, width).assign(channels.reshape(width, rows).transpose());
    return target;
  }
}
