package org.clap4j.training.loading;

/**
 * Which pairs should not meet in a step. What meets is each other's negative in plain InfoNCE
 * though it should not be.
 */
public enum KeepApart {
  /** None: pairs are shuffled and cut into steps. */
  NOTHING,
  /** Pairs with one caption text. */
  CAPTIONS,
  /** Pairs with one clip. */
  CLIPS,
  /** Pairs with one caption text or one clip. */
  BOTH
}
