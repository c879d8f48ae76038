package org.clap4j.training.optim;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An update rule over a flat parameter vector [n], slice by slice. It is bound to one vector of
 * parameters and one of gradients when it is made. Not safe for use by several threads.
 */
public interface Optimizer extends AutoCloseable {

  /** The learning rate that a schedule starts from. */
  double learningRate();

  /**
   * Updates the parameters of a slice by their gradients. The gradients may be overwritten.
   *
   * @param slice which elements, and whether weight decay applies to them
   * @param terms what this step multiplies with
   */
  void update(FlatSlice slice, StepTerms terms);

  /**
   * What the rule remembers from step to step: flat vectors [n], 0 at the start, by the name of
   * what they hold ({@code exp_avg}). Changing them changes the rule's memory.
   */
  Map<String, INDArray> state();

  /** Frees the state. */
  @Override
  void close();
}
