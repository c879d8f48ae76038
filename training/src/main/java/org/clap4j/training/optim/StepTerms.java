package org.clap4j.training.optim;

/**
 * What one optimiser step multiplies with.
 *
 * @param learningRate rate of this step and slice, at least 0
 * @param gradientScale factor of the gradient before anything else: the clipping coefficient
 * @param step which update of these parameters this is, from 1: Adam's t
 */
public record StepTerms(double learningRate, double gradientScale, long step) {

  /** Checks the ranges, NaN included. */
  public StepTerms {
    if (!(learningRate >= 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning rate must be finite and at least 0, was " + learningRate);
    }
    if (!(gradientScale >= 0 && gradientScale <= 1)) {
      throw new IllegalArgumentException("gradient scale must be in [0, 1], was " + gradientScale);
    }
    if (step < 1) {
      throw new IllegalArgumentException("steps count from 1, was " + step);
    }
  }
}
