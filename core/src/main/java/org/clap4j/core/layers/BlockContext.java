package org.clap4j.core.layers;

import java.util.SplittableRandom;
import org.clap4j.core.kernels.Kernels;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a block is given for one call: its parameters, memory, randomness and mode. */
public interface BlockContext {

  /** The parameter of that name. Not to be changed. */
  INDArray parameter(String name);

  /** Where backward writes the gradient of that parameter, overwriting what is there. */
  INDArray gradient(String name);

  /** The fast or the plain form of the array kernels. */
  Kernels kernels();

  /** Whether a backward call may follow, so that forward must save what it needs. */
  boolean keepsForBackward();

  /**
   * Whether anything reads what backward returns; if not, backward may return an array of the
   * input's shape with anything in it.
   */
  default boolean needsInputGradient() {
    return true;
  }

  /** Whether dropout and stochastic depth act. */
  boolean dropsOut();

  /**
   * Whether batch norm uses the batch's statistics (and updates the running ones) rather than the
   * running ones.
   */
  boolean usesBatchStatistics();

  /**
   * Opens the block's generator for this pass. Equal for both forward passes of cached gradients;
   * each call starts it anew.
   */
  SplittableRandom random();

  /** Mask of the tokens, [B, L] with 1 for a token and 0 for padding; null where there is none. */
  @Nullable INDArray mask();

  /**
   * Lends an uninitialised array that lives until backward is done: the output and what is saved.
   */
  INDArray activation(long... shape);

  /** Lends an uninitialised array for what backward returns. */
  INDArray inputGradient(long... shape);

  /** Lends an uninitialised array that is gone when the call returns. */
  INDArray scratch(long... shape);

  /** Keeps an array or a small object for backward. */
  void save(String name, Object value);

  /** Gives back what forward has saved. */
  <T> T saved(String name, Class<T> type);

  /** Gives back an array that forward has saved. */
  default INDArray saved(String name) {
    return saved(name, INDArray.class);
  }
}
