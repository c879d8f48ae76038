package org.clap4j.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.clap4j.core.layers.BlockRuntime;
import org.clap4j.core.layers.ParameterSpec;
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

  /** The layers with the shapes of the last batch's outputs, in the order in which they run. */
  List<LayerSummary> layers() {
    List<LayerSummary> layers = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      if (graph.getVertices()[index].getLayer() instanceof BlockRuntime block) {
        layers.add(
            new LayerSummary(
                block.name(),
                Part.ofName(block.name()).tower(),
                block.blockName(),
                Arrays.stream(block.outputShape()).boxed().toList(),
                count(block, false),
                count(block, true)));
      }
    }
    return layers;
  }

  private static long count(ParametricRuntime layer, boolean statistics) {
    return layer.specs().stream()
        .filter(spec -> (spec.kind() == ParameterSpec.Kind.STATE) == statistics)
        .mapToLong(ParameterSpec::length)
        .sum();
  }

  /**
   * Embeds a batch without keeping anything for a backward pass.
   *
   * @param passOf how each vertex runs
   */
  INDArray embed(INDArray input, @Nullable INDArray mask, Function<String, Pass> passOf) {
    for (Layer layer : graph.getLayers()) {
      BlockRuntime block = (BlockRuntime) layer;
      Pass pass = passOf.apply(block.name());
      block.setMode(new PassMode(false, pass.dropsOut(), pass.usesBatchStatistics(), pass.seed()));
    }
    INDArray[] masks = mask == null ? null : new INDArray[] {mask};
    return graph.output(false, new INDArray[] {input}, masks)[0];
  }
}
