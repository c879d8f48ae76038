package org.clap4j.core.model;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockLayer;
import org.clap4j.core.layers.L2Normalize;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.SurrogateOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/** Lays out encoder, head and normalisation of both towers as DL4J graphs. */
record TowerGraphs(
    AudioEncoder audioEncoder,
    ProjectionHead audioHead,
    TextEncoder textEncoder,
    ProjectionHead textHead,
    DataType dataType) {

  static final String AUDIO_INPUT = "audio";
  static final String TEXT_INPUT = "text";
  static final String AUDIO_ENCODER = "audio_encoder";
  static final String TEXT_ENCODER = "text_encoder";
  static final String LOSS_VERTEX = "loss";

  private static final String MERGED_VERTEX = "embeddings";

  /** Both towers, their embeddings side by side [B, 2 D], and the layer that starts backward. */
  ComputationGraph training(List<ParameterSpec> lossParameters) {
    ComputationGraphConfiguration.GraphBuilder graph = newGraph(AUDIO_INPUT, TEXT_INPUT);
    GraphBuilder towers = hosting(graph, true);
    graph.addVertex(MERGED_VERTEX, new MergeVertex(), addAudio(towers), addText(towers));
    graph.addLayer(LOSS_VERTEX, new SurrogateOutputLayer(lossParameters), MERGED_VERTEX);
    return initialised(graph.setOutputs(LOSS_VERTEX));
  }

  /**
   * The audio tower alone.
   *
   * @param ownsParameters whether it has parameters of its own, or is to share another graph's
   */
  ComputationGraph audio(boolean ownsParameters) {
    ComputationGraphConfiguration.GraphBuilder graph = newGraph(AUDIO_INPUT);
    return initialised(graph.setOutputs(addAudio(hosting(graph, ownsParameters))));
  }

  /** The text tower alone: see {@link #audio}. */
  ComputationGraph text(boolean ownsParameters) {
    ComputationGraphConfiguration.GraphBuilder graph = newGraph(TEXT_INPUT);
    return initialised(graph.setOutputs(addText(hosting(graph, ownsParameters))));
  }

  private String addAudio(GraphBuilder graph) {
    String features = audioEncoder.addTo(graph, AUDIO_ENCODER, AUDIO_INPUT);
    String projection =
        audioHead.addTo(graph, "audio_projection", features, audioEncoder.featureDim());
    return graph.add("audio_embedding", new L2Normalize(), projection);
  }

  private String addText(GraphBuilder graph) {
    String features = textEncoder.addTo(graph, TEXT_ENCODER, TEXT_INPUT);
    String projection =
        textHead.addTo(graph, "text_projection", features, textEncoder.featureDim());
    return graph.add("text_embedding", new L2Normalize(), projection);
  }

  private static GraphBuilder hosting(
      ComputationGraphConfiguration.GraphBuilder graph, boolean ownsParameters) {
    return (String name, Block block, String input) -> {
      boolean readsGraphInput = input.equals(AUDIO_INPUT) || input.equals(TEXT_INPUT);
      BlockLayer layer =
          ownsParameters ? BlockLayer.owning(block, readsGraphInput) : BlockLayer.sharing(block);
      graph.addLayer(name, layer, input);
      return name;
    };
  }

  private ComputationGraphConfiguration.GraphBuilder newGraph(String... inputs) {
    return new NeuralNetConfiguration.Builder()
        .dataType(dataType)
        .miniBatch(false)
        .trainingWorkspaceMode(WorkspaceMode.ENABLED)
        .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
        .graphBuilder()
        .addInputs(inputs);
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration.GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }
}
