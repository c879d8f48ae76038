package org.clap4j.encoders.audio.cnn14;

import java.util.List;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Relu;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.encoders.audio.MelBatchNorm;

/**
 * PANNs' convolutional encoder: batch norm over mel bins, blocks of convolutions, pooling over mel
 * bins and time, one fully connected layer with ReLU.
 */
final class CnnEncoder implements AudioEncoder {

  private final LogMelSettings frontEnd;
  private final List<ConvBlock> blocks;
  private final double featureDropout;
  private final int featureDim;

  /**
   * Describes an encoder.
   *
   * @param featureDropout share of features that are dropped before and after the last layer
   * @param featureDim size of the features
   */
  CnnEncoder(
      LogMelSettings frontEnd, List<ConvBlock> blocks, double featureDropout, int featureDim) {
    this.frontEnd = frontEnd;
    this.blocks = List.copyOf(blocks);
    this.featureDropout = featureDropout;
    this.featureDim = featureDim;
  }

  @Override
  public LogMelSettings frontEnd() {
    return frontEnd;
  }

  @Override
  public int featureDim() {
    return featureDim;
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    String last = graph.add(prefix + ".bn0", new MelBatchNorm(1, frontEnd.melBins()), input);
    for (int i = 0; i < blocks.size(); i++) {
      last = graph.add(prefix + ".conv_block" + (i + 1), blocks.get(i), last);
    }
    last = graph.add(prefix + ".time_pooling", new TimePooling(), last);
    last = dropOut(graph, prefix + ".pooled_dropout", last);
    last = graph.add(prefix + ".fc1", fullyConnected(), last);
    last = graph.add(prefix + ".relu", new Relu(), last);
    return dropOut(graph, prefix + ".feature_dropout", last);
  }

  private String dropOut(GraphBuilder graph, String name, String input) {
    return featureDropout > 0 ? graph.add(name, new Dropout(featureDropout), input) : input;
  }

  private Linear fullyConnected() {
    int width = blocks.get(blocks.size() - 1).outputs();
    return new Linear(
        width,
        featureDim,
        true,
        Initializer.Uniform.xavier(width, featureDim),
        new Initializer.Constant(0));
  }
}
