package org.clap4j.core.layers;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.clap4j.core.kernels.Kernels;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lends a block memory from the workspaces that DL4J has opened for the call. */
final class WorkspaceBlockContext implements BlockContext {

  private final BlockRuntime runtime;
  private final Map<String, Object> saved = new HashMap<>();
  private LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
  private ArrayType scratchType = ArrayType.FF_WORKING_MEM;

  WorkspaceBlockContext(BlockRuntime runtime) {
    this.runtime = runtime;
  }

  void beginForward(LayerWorkspaceMgr manager) {
    saved.clear();
    workspaces = manager;
    scratchType = ArrayType.FF_WORKING_MEM;
  }

  void beginBackward(LayerWorkspaceMgr manager) {
    workspaces = manager;
    scratchType = ArrayType.BP_WORKING_MEM;
  }

  void clear() {
    saved.clear();
  }

  @Override
  public INDArray parameter(String name) {
    return runtime.parameter(name);
  }

  @Override
  public INDArray gradient(String name) {
    return runtime.gradient(name);
  }

  @Override
  public Kernels kernels() {
    return runtime.kernels();
  }

  @Override
  public boolean keepsForBackward() {
    return runtime.keepsForBackward();
  }

  @Override
  public boolean needsInputGradient() {
    return runtime.needsInputGradient();
  }

  @Override
  public boolean dropsOut() {
    return runtime.mode().dropsOut();
  }

  @Override
  public boolean usesBatchStatistics() {
    return runtime.mode().usesBatchStatistics();
  }

  @Override
  public SplittableRandom random() {
    return runtime.mode().seed().split(runtime.name()).generator();
  }

  @Override
  public @Nullable INDArray mask() {
    return runtime.getMaskArray();
  }

  @Override
  public INDArray activation(long... shape) {
    return lend(ArrayType.ACTIVATIONS, shape);
  }

  @Override
  public INDArray inputGradient(long... shape) {
    return lend(ArrayType.ACTIVATION_GRAD, shape);
  }

  @Override
  public INDArray scratch(long... shape) {
    return lend(scratchType, shape);
  }

  private INDArray lend(ArrayType type, long... shape) {
    return workspaces.createUninitialized(type, runtime.dataType(), shape, 'c');
  }

  @Override
  public void save(String name, Object value) {
    if (keepsForBackward()) {
      saved.put(name, value);
    }
  }

  @Override
  public <T> T saved(String name, Class<T> type) {
    Object value = saved.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "layer " + runtime.name() + ": forward has not saved '" + name + "'");
    }
    return type.cast(value);
  }
}
