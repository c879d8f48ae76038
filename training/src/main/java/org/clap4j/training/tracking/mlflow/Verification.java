package org.clap4j.training.tracking.mlflow;

import java.util.List;

/**
 * A run's journal beside what a server has of it.
 *
 * @param parts what was counted, in the order to show it
 * @param differences a line for each thing that differs; empty if the server has everything, and
 *     everything once
 */
public record Verification(List<Part> parts, List<String> differences) {

  public Verification {
    parts = List.copyOf(parts);
    differences = List.copyOf(differences);
  }

  /**
   * A kind of thing that was counted.
   *
   * @param name {@code metric points}, {@code params}, …
   * @param inJournal how many the server should have
   * @param onServer how many of them, and of others with the same names, it has
   * @param rejected how many it refused for good; they are in {@code journal.rejected.jsonl}
   */
  public record Part(String name, long inJournal, long onServer, long rejected) {}

  /** Whether both sides are the same. */
  public boolean isSame() {
    return differences.isEmpty();
  }
}
