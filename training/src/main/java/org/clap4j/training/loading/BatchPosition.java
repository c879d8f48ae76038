package org.clap4j.training.loading;

/**
 * A place in the endless sequence of steps: enough to go on from.
 *
 * @param epoch how many times all pairs have been gone through, from 0
 * @param index which step of the epoch, from 0
 */
public record BatchPosition(int epoch, int index) {

  /** The very first step. */
  public static final BatchPosition START = new BatchPosition(0, 0);

  /** Checks the ranges. */
  public BatchPosition {
    if (epoch < 0 || index < 0) {
      throw new IllegalArgumentException(
          "epoch and index must be at least 0, were " + epoch + " and " + index);
    }
  }
}
