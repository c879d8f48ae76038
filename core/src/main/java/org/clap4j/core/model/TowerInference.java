package org.clap4j.core.model;

import org.clap4j.core.layers.BlockRuntime;
import org.clap4j.core.layers.ParametricRuntime;
import org.clap4j.core.layers.PassMode;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One tower as a graph of its own, which runs forward on the training graph's parameters. */
final class TowerInference {

  private final ComputationGraph graph;

  TowerInference(ComputationGraph graph, ComputationGraph owner) {
    this.graph = graph;
    for (Layer layer : graph.getLayers()) {
      ParametricRuntime runtime = (ParametricRuntime) layer;
      runtime.shareParametersOf((ParametricRuntime) owner.getLayer(runtime.name()));
    }
  }

  /** Embeds a batch without keeping anything for a backward pass. */
  INDArray embed(INDArray input, @Nullable INDArray mask, Pass pass) {
    PassMode mode = new PassMode(false, pass.dropsOut(), pass.usesBatchStatistics(), pass.seed());
    for (Layer layer : graph.getLayers()) {
      ((BlockRuntime) layer).setMode(mode);
    }
    INDArray[] masks = mask == null ? null : new INDArray[] {mask};
    return graph.output(false, new INDArray[] {input}, masks)[0];
  }
}
