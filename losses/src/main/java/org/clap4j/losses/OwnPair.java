package org.clap4j.losses;

/**
 * Nobody but the pair itself.
 *
 * @param size N, the number of pairs
 */
record OwnPair(int size) implements Positives {

  @Override
  public int count(int pair) {
    return 1;
  }

  @Override
  public int next(int pair, int from) {
    return from <= pair ? pair : size;
  }
}
