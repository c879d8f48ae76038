package org.clap4j.core.model;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two towers that embed clips and captions into one space, and the parameters of the loss between
 * them, as one DL4J graph over one flat parameter vector. Embeddings have unit length.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class TwoTowerModel implements AutoCloseable {

  private TwoTowerModel() {}

  /**
   * Builds a model with fresh parameters.
   *
   * @param dataType FLOAT, or DOUBLE for gradient checks
   */
  public static TwoTowerModel create(
      AudioEncoder audioEncoder,
      ProjectionHead audioHead,
      TextEncoder textEncoder,
      ProjectionHead textHead,
      ContrastiveLoss loss,
      DataType dataType,
      RandomSeed seed) {
    throw new UnsupportedOperationException();
  }

  /**
   * Embeds clips for inference: deterministic, running statistics. [B, 1, frames, melBins] in dB to
   * [B, D], unit rows.
   */
  public INDArray embedAudio(INDArray logMel) {
    throw new UnsupportedOperationException();
  }

  /** Embeds captions for inference: deterministic. To [B, D], unit rows. */
  public INDArray embedText(TokenBatch tokens) {
    throw new UnsupportedOperationException();
  }

  /**
   * Embeds both sides as a training pass would, without gradients: the first phase of cached
   * gradients.
   */
  public Embeddings embed(ContrastiveBatch batch, Pass pass) {
    throw new UnsupportedOperationException();
  }

  /**
   * Embeds both sides, asks for the gradient with respect to the embeddings, and takes it back
   * through the towers. Overwrites {@link #flatGradients()}; the slots of the loss's parameters are
   * left 0 for the caller to fill.
   *
   * @param gradient given the embeddings, gives the gradient of the objective with respect to them;
   *     called once
   */
  public void backward(ContrastiveBatch batch, Pass pass, UnaryOperator<Embeddings> gradient) {
    throw new UnsupportedOperationException();
  }

  /** Leaves towers out of the backward pass: their gradients stay 0 and cost no time. */
  public void freeze(Set<Tower> towers) {
    throw new UnsupportedOperationException();
  }

  /** Every array of the model, in the order of the flat vector. */
  public List<Parameter> parameters() {
    throw new UnsupportedOperationException();
  }

  /** All parameters, [n]; changes to it change the model. */
  public INDArray flatParameters() {
    throw new UnsupportedOperationException();
  }

  /**
   * The gradients of the last {@link #backward}, [n]; slots of STATE parameters hold what is to be
   * subtracted from them.
   */
  public INDArray flatGradients() {
    throw new UnsupportedOperationException();
  }

  /** The loss's parameters, as views of the flat vector. */
  public LossParameters lossParameters() {
    throw new UnsupportedOperationException();
  }

  /** D, the size of the joint space. */
  public int embeddingDim() {
    throw new UnsupportedOperationException();
  }

  /** Frees the model's memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
