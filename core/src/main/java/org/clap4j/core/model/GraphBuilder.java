package org.clap4j.core.model;

import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

/** Takes the blocks of a tower and makes them vertices of a DL4J graph. */
@FunctionalInterface
public interface GraphBuilder {

  /**
   * Adds a block.
   *
   * @param name the vertex's name; its parameters are called {@code name.parameter}, so {@code
   *     audio_encoder.conv_block1} with {@code conv1.weight} gives the field's names
   * @param block what it computes
   * @param input the vertex, or tower input, that it reads
   * @return name, for the next block to read
   */
  String add(String name, Block block, String input);

  /**
   * Adds encoders and heads to a graph of one's own, which DL4J trains.
   *
   * <pre>{@code
   * String features = encoder.addTo(GraphBuilder.into(graph, new Adam(1e-3)), "audio_encoder", "log-mel");
   * graph.addLayer("class", new OutputLayer.Builder().nIn(encoder.featureDim())..., features);
   * }</pre>
   *
   * @param graph whose inputs are named already
   * @param updater what DL4J trains the blocks' parameters with; {@code new Sgd(0)} leaves them as
   *     they are, but for running statistics
   */
  static GraphBuilder into(ComputationGraphConfiguration.GraphBuilder graph, IUpdater updater) {
    return (name, block, input) -> {
      boolean readsGraphInput = graph.getNetworkInputs().contains(input);
      graph.addLayer(name, BlockLayer.trained(block, readsGraphInput, updater), input);
      return name;
    };
  }
}
