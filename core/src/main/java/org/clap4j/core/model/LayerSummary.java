package org.clap4j.core.model;

import java.util.List;

/**
 * What a layer of a model is and holds.
 *
 * @param name of its vertex: {@code audio_encoder.conv_block1}
 * @param tower the part of the model that it belongs to
 * @param block the block's class; of the loss's parameters, {@code loss}
 * @param outputShape shape of its output for the batch that was shown; empty for the loss
 * @param trained number of parameters that an optimiser moves
 * @param statistics number of running statistics
 */
public record LayerSummary(
    String name, Tower tower, String block, List<Long> outputShape, long trained, long statistics) {

  /** Copies the shape. */
  public LayerSummary {
    outputShape = List.copyOf(outputShape);
  }

  /** Number of elements of the output; 0 for the loss. */
  public long outputLength() {
    return outputShape.isEmpty() ? 0 : outputShape.stream().reduce(1L, Math::multiplyExact);
  }
}
