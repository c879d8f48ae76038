package org.clap4j.experiments.report;

import java.util.List;

/**
 * A caption and the clips that the model found for it.
 *
 * @param caption the query
 * @param rank the rank of the first right clip, from 1
 * @param clips how many clips were ranked
 * @param hits the clips found, best first
 */
public record RetrievalExample(String caption, int rank, int clips, List<Hit> hits) {

  public RetrievalExample {
    hits = List.copyOf(hits);
    if (rank < 1 || rank > clips) {
      throw new IllegalArgumentException("rank must be in [1, clips = " + clips + "], was " + rank);
    }
  }

  /**
   * A clip that was found.
   *
   * @param rank its rank, from 1
   * @param clip the clip's name
   * @param score its score with the caption: the cosine in [-1, 1], unless the loss compares
   *     otherwise
   * @param right whether the caption belongs to it
   */
  public record Hit(int rank, String clip, double score, boolean right) {}
}
