package org.clap4j.core.layers;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The running side of a {@link SurrogateOutputLayer}. */
public final class SurrogateOutputRuntime extends ParametricRuntime implements IOutputLayer {

  private @Nullable UnaryOperator<INDArray> gradientSource;

  SurrogateOutputRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /**
   * Sets who gives the gradient of the next backward pass: handed the layer's input, outside any
   * workspace, it returns an array of its shape.
   */
  public void setGradientSource(@Nullable UnaryOperator<INDArray> source) {
    gradientSource = source;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      @Nullable INDArray unused, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    clearGradients();
    INDArray inputGradient =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
    INDArray requested;
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      requested = requestGradient(input.dup('c'));
    }
    inputGradient.assign(requested);
    return new Pair<>(gradientTable(), inputGradient);
  }

  private INDArray requestGradient(INDArray activations) {
    if (gradientSource == null) {
      throw new IllegalStateException("output layer " + name() + ": no gradient source is set");
    }
    INDArray gradient = gradientSource.apply(activations);
    if (!Arrays.equals(gradient.shape(), activations.shape())) {
      throw new IllegalStateException(
          "the gradient has shape "
              + Arrays.toString(gradient.shape())
              + ", the activations "
              + Arrays.toString(activations.shape()));
    }
    return gradient;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return workspaces.leverageTo(ArrayType.ACTIVATIONS, input);
  }

  /** The objective's value is the caller's affair. */
  @Override
  public double computeScore(double regularization, boolean training, LayerWorkspaceMgr unused) {
    return 0;
  }

  @Override
  public boolean needsLabels() {
    return false;
  }

  @Override
  public void setLabels(@Nullable INDArray labels) {}

  @Override
  public @Nullable INDArray getLabels() {
    return null;
  }

  @Override
  public INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
    throw noClassifier();
  }

  @Override
  public double f1Score(DataSet data) {
    throw noClassifier();
  }

  @Override
  public double f1Score(INDArray examples, INDArray labels) {
    throw noClassifier();
  }

  @Override
  @Deprecated
  public int numLabels() {
    throw noClassifier();
  }

  @Override
  public void fit(DataSetIterator iterator) {
    throw noClassifier();
  }

  @Override
  public int[] predict(INDArray examples) {
    throw noClassifier();
  }

  @Override
  public List<String> predict(DataSet dataSet) {
    throw noClassifier();
  }

  @Override
  public void fit(INDArray examples, INDArray labels) {
    throw noClassifier();
  }

  @Override
  public void fit(DataSet data) {
    throw noClassifier();
  }

  @Override
  public void fit(INDArray examples, int[] labels) {
    throw noClassifier();
  }

  private static UnsupportedOperationException noClassifier() {
    return new UnsupportedOperationException("a surrogate output layer is no classifier");
  }
}
