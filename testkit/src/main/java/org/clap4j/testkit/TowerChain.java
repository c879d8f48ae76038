package org.clap4j.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TextEncoder;

/**
 * An encoder or a head as one block: the way from its input to its features, for {@link
 * ArrayBlockContext} and {@link BlockGradientCheck}. Parameters have the names that they have in a
 * model.
 */
public final class TowerChain {

  private static final String INPUT = "input";

  private TowerChain() {}

  /** The blocks of an audio encoder, under the prefix {@code audio_encoder}. */
  public static Sequential of(AudioEncoder encoder) {
    return of((graph, input) -> encoder.addTo(graph, "audio_encoder", input));
  }

  /** The blocks of a text encoder, under the prefix {@code text_encoder}. */
  public static Sequential of(TextEncoder encoder) {
    return of((graph, input) -> encoder.addTo(graph, "text_encoder", input));
  }

  /** The blocks of a head, under a prefix. */
  public static Sequential of(ProjectionHead head, String prefix, int featureDim) {
    return of((graph, input) -> head.addTo(graph, prefix, input, featureDim));
  }

  private record Vertex(Named<Block> block, String input) {}

  private static Sequential of(BiFunction<GraphBuilder, String, String> addTo) {
    Map<String, Vertex> vertices = new LinkedHashMap<>();
    GraphBuilder graph =
        (String name, Block block, String input) -> {
          if (!input.equals(INPUT) && !vertices.containsKey(input)) {
            throw new IllegalArgumentException(name + " reads '" + input + "', which is not there");
          }
          if (vertices.put(name, new Vertex(new Named<>(name, block), input)) != null) {
            throw new IllegalArgumentException("two blocks are called " + name);
          }
          return name;
        };
    Deque<Named<? extends Block>> chain = new ArrayDeque<>();
    String at = addTo.apply(graph, INPUT);
    while (!at.equals(INPUT)) {
      Vertex vertex = vertices.get(at);
      if (vertex == null) {
        throw new IllegalArgumentException("addTo has given '" + at + "', which is not there");
      }
      chain.addFirst(vertex.block());
      at = vertex.input();
    }
    return new Sequential(List.copyOf(chain));
  }

  /** Writes all parameters under their names. */
  public static void save(Block block, ArrayBlockContext context, Path file) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (ParameterSpec spec : block.parameters()) {
      writer.array(spec.name(), context.parameter(spec.name()));
    }
    writer.write(file);
  }

  /**
   * Reads all parameters.
   *
   * @param nameInFile given a parameter's name, the array's name in the file
   */
  public static void load(
      Block block, ArrayBlockContext context, Path file, UnaryOperator<String> nameInFile)
      throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      for (ParameterSpec spec : block.parameters()) {
        context.parameter(spec.name()).assign(tensors.array(nameInFile.apply(spec.name())));
      }
    }
  }
}
