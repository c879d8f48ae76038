package org.clap4j.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs an encoder whose blocks follow one another without a graph, and shows what each block gives.
 *
 * <pre>{@code
 * BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
 * encoder.addTo(chain, "audio_encoder", "audio");
 * chain.parameter("audio_encoder.fc1.weight").assign(golden);
 * INDArray features = chain.forward(logMel);
 * INDArray third = chain.output("audio_encoder.conv_block3");
 * }</pre>
 */
public final class BlockChain implements GraphBuilder {

  private final DataType dataType;
  private final RandomSeed seed;
  private final Map<String, Block> blocks = new LinkedHashMap<>();
  private final Map<String, ArrayBlockContext> contexts = new LinkedHashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private String last = "";

  /** Starts an empty chain. */
  public BlockChain(DataType dataType, RandomSeed seed) {
    this.dataType = dataType;
    this.seed = seed;
  }

  @Override
  public String add(String name, Block block, String input) {
    if (!blocks.isEmpty() && !input.equals(last)) {
      throw new IllegalArgumentException(
          "block " + name + " reads " + input + ", but in a chain it must read " + last);
    }
    blocks.put(name, block);
    contexts.put(name, new ArrayBlockContext(block, dataType, seed.split(name)));
    last = name;
    return name;
  }

  /** Chooses the form of the kernels. */
  public BlockChain withKernels(Kernels form) {
    return configure(context -> context.withKernels(form));
  }

  /** Sets a mask for the first blocks, up to the first one that does not pass it on. */
  public BlockChain withMask(INDArray mask) {
    for (Map.Entry<String, Block> block : blocks.entrySet()) {
      Objects.requireNonNull(contexts.get(block.getKey())).withMask(mask);
      if (!block.getValue().passesMask()) {
        break;
      }
    }
    return this;
  }

  /** Sets modes of all contexts. */
  public BlockChain configure(Consumer<ArrayBlockContext> mode) {
    contexts.values().forEach(mode);
    return this;
  }

  /** Full names of the parameters, in order. */
  public List<String> parameterNames() {
    List<String> names = new ArrayList<>();
    blocks.forEach(
        (name, block) -> {
          for (ParameterSpec spec : block.parameters()) {
            names.add(name + "." + spec.name());
          }
        });
    return names;
  }

  /** The parameter of that full name. */
  public INDArray parameter(String fullName) {
    return context(fullName).parameter(localName(fullName));
  }

  /** The gradient of that parameter after {@link #backward}. */
  public INDArray gradient(String fullName) {
    return context(fullName).gradient(localName(fullName));
  }

  private ArrayBlockContext context(String fullName) {
    ArrayBlockContext context = contexts.get(blockOf(fullName));
    if (context == null) {
      throw new IllegalArgumentException("no block has a parameter '" + fullName + "'");
    }
    return context;
  }

  private String blockOf(String fullName) {
    return blocks.keySet().stream()
        .filter(name -> fullName.startsWith(name + "."))
        .max(java.util.Comparator.comparingInt(String::length))
        .orElse("");
  }

  private String localName(String fullName) {
    return fullName.substring(blockOf(fullName).length() + 1);
  }

  /** Runs all blocks. */
  public INDArray forward(INDArray input) {
    INDArray value = input;
    for (Map.Entry<String, ArrayBlockContext> step : contexts.entrySet()) {
      value = step.getValue().forward(value);
      outputs.put(step.getKey(), value);
    }
    return value;
  }

  /** What a block gave in the last forward. */
  public INDArray output(String block) {
    INDArray output = outputs.get(block);
    if (output == null) {
      throw new IllegalArgumentException("no output of a block '" + block + "'");
    }
    return output;
  }

  /** Runs all blocks backward, and gives the gradient with respect to the input. */
  public INDArray backward(INDArray outputGradient) {
    INDArray gradient = outputGradient;
    List<ArrayBlockContext> steps = new ArrayList<>(contexts.values());
    for (int i = steps.size() - 1; i >= 0; i--) {
      gradient = steps.get(i).backward(gradient);
    }
    return gradient;
  }
}
