package org.clap4j.losses;

/**
 * Which pairs of a batch count as right answers to each other: caption j is a positive of clip i.
 * It is mutual: if j is a positive of i, i is one of j. Every pair is its own positive.
 */
interface Positives {

  /** N, the number of pairs. */
  int size();

  /** Number of positives of a pair, at least 1. */
  int count(int pair);

  /** The first positive of a pair from {@code from} on, or N if there is none. */
  int next(int pair, int from);
}
