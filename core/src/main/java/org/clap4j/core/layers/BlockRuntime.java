package org.clap4j.core.layers;

import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.random.RandomSeed;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** The running side of a {@link BlockLayer}: calls the block with memory from DL4J's workspaces. */
public final class BlockRuntime extends ParametricRuntime {

  private final Kernels kernels;
  private final WorkspaceBlockContext context;

  private @Nullable PassMode fixedMode;
  private PassMode mode = PassMode.INFERENCE;
  private boolean frozen;
  private long[] outputShape = {};

  BlockRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    kernels = Kernels.of(dataType);
    context = new WorkspaceBlockContext(this);
  }

  /**
   * Sets how the next passes behave, whatever DL4J calls them. Unless this is called, a layer
   * behaves in DL4J's training passes as in training, with a seed of the graph's and the iteration,
   * and as in inference otherwise.
   */
  public void setMode(PassMode mode) {
    fixedMode = mode;
  }

  /** Leaves the layer out of backward passes: it passes on nothing and writes no gradient. */
  public void setFrozen(boolean frozen) {
    this.frozen = frozen;
  }

  /** The class of the block. */
  public String blockName() {
    return block().getClass().getSimpleName();
  }

  /** Shape of the last forward pass's output; empty before the first. */
  public long[] outputShape() {
    return outputShape.clone();
  }

  PassMode mode() {
    return mode;
  }

  boolean keepsForBackward() {
    return mode.keepsForBackward() && !frozen;
  }

  boolean needsInputGradient() {
    return !((BlockLayer) layerConf()).readsGraphInput();
  }

  Kernels kernels() {
    return kernels;
  }

  DataType dataType() {
    return dataType;
  }

  private Block block() {
    return ((BlockLayer) layerConf()).block();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    mode = fixedMode != null ? fixedMode : modeOf(training);
    context.beginForward(workspaces);
    INDArray output = block().forward(context, input);
    outputShape = output.shape().clone();
    // A block that does nothing gives its input, which may lie in a workspace that closes earlier.
    return output == input ? workspaces.leverageTo(ArrayType.ACTIVATIONS, output) : output;
  }

  private PassMode modeOf(boolean training) {
    return training
        ? PassMode.training(RandomSeed.of(conf.getSeed()).split(getIterationCount()))
        : PassMode.INFERENCE;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray outputGradient, LayerWorkspaceMgr workspaces) {
    if (frozen) {
      return new Pair<>(new DefaultGradient(), nothing(workspaces));
    }
    context.beginBackward(workspaces);
    INDArray given = rowMajor(outputGradient, workspaces);
    INDArray inputGradient = block().backward(context, given);
    context.clear();
    return new Pair<>(
        gradientTable(),
        inputGradient == given
            ? workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, inputGradient)
            : inputGradient);
  }

  /** DL4J wants some gradient to pass on; a frozen layer's is never read. */
  private INDArray nothing(LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, 1);
  }

  private static INDArray rowMajor(INDArray gradient, LayerWorkspaceMgr workspaces) {
    return gradient.ordering() == 'c' && Shape.hasDefaultStridesForShape(gradient)
        ? gradient
        : workspaces.dup(ArrayType.BP_WORKING_MEM, gradient, 'c');
  }

  @Override
  public @Nullable Pair<INDArray, MaskState> feedForwardMaskArray(
      @Nullable INDArray mask, @Nullable MaskState state, int minibatchSize) {
    setMaskArray(mask);
    return mask != null && block().passesMask() ? new Pair<>(mask, state) : null;
  }

  @Override
  public void clear() {
    super.clear();
    context.clear();
  }
}
