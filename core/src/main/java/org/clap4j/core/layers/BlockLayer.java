package org.clap4j.core.layers;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Hosts a {@link Block} in a DL4J graph. This is the only kind of layer that towers are made of:
 * DL4J brings the graph, the flat vectors and the workspaces, blocks bring the arithmetic.
 */
public final class BlockLayer extends ParametricLayer {

  @JsonProperty private final Block block;
  @JsonProperty private final boolean readsGraphInput;
  @JsonProperty private final @Nullable IUpdater updater;

  @JsonCreator
  private BlockLayer(
      @JsonProperty("block") Block block,
      @JsonProperty("readsGraphInput") boolean readsGraphInput,
      @JsonProperty("ownsParameters") boolean ownsParameters,
      @JsonProperty("updater") @Nullable IUpdater updater) {
    super(ownsParameters);
    this.block = block;
    this.readsGraphInput = readsGraphInput;
    this.updater = updater;
  }

  /**
   * Hosts a block whose parameters the graph allocates, and others draw and update.
   *
   * @param readsGraphInput whether the block reads an input of the graph, whose gradient nobody
   *     wants
   */
  public static BlockLayer owning(Block block, boolean readsGraphInput) {
    return new BlockLayer(block, readsGraphInput, true, null);
  }

  /**
   * Hosts a block whose parameters DL4J draws and trains, as it does those of its own layers.
   *
   * @param readsGraphInput whether the block reads an input of the graph, whose gradient nobody
   *     wants
   * @param updater what DL4J trains the parameters with; running statistics follow by themselves
   */
  public static BlockLayer trained(Block block, boolean readsGraphInput, IUpdater updater) {
    return new BlockLayer(block, readsGraphInput, true, updater);
  }

  /**
   * Hosts a block that uses another graph's parameters: see {@link
   * ParametricRuntime#shareParametersOf}.
   */
  public static BlockLayer sharing(Block block) {
    return new BlockLayer(block, true, false, null);
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
  boolean drawsParameters() {
    return updater != null;
  }

  /** DL4J subtracts what NoOp leaves of a gradient, which is what running statistics ask for. */
  @Override
  public IUpdater getUpdaterByParam(String name) {
    return isState(name) ? new NoOp() : updater != null ? updater : new Sgd(0);
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
