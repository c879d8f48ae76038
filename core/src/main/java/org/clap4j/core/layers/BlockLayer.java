package org.clap4j.core.layers;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Hosts a {@link Block} in a DL4J graph. This is the only kind of layer that towers are made of:
 * DL4J brings the graph, the flat vectors and the workspaces, blocks bring the arithmetic.
 */
public final class BlockLayer extends ParametricLayer {

  private final Block block;
  private final boolean readsGraphInput;

  private BlockLayer(Block block, boolean readsGraphInput, boolean ownsParameters) {
    super(ownsParameters);
    this.block = block;
    this.readsGraphInput = readsGraphInput;
  }

  /**
   * Hosts a block whose parameters the graph allocates.
   *
   * @param readsGraphInput whether the block reads an input of the graph, whose gradient nobody
   *     wants
   */
  public static BlockLayer owning(Block block, boolean readsGraphInput) {
    return new BlockLayer(block, readsGraphInput, true);
  }

  /**
   * Hosts a block that uses another graph's parameters: see {@link
   * ParametricRuntime#shareParametersOf}.
   */
  public static BlockLayer sharing(Block block) {
    return new BlockLayer(block, true, false);
  }

  Block block() {
    return block;
  }

  boolean readsGraphInput() {
    return readsGraphInput;
  }

  @Override
  List<ParameterSpec> parameters() {
    return block.parameters();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      @Nullable INDArray parameterSlice,
      boolean initializeParams,
      DataType dataType) {
    BlockRuntime runtime = new BlockRuntime(conf, dataType);
    runtime.setListeners(listeners);
    runtime.setIndex(layerIndex);
    runtime.setParamsViewArray(parameterSlice);
    runtime.setParamTable(initializer().init(conf, parameterSlice, initializeParams));
    return runtime;
  }
}
