package org.clap4j.core.tracking;

/**
 * A part of the data that a run reads.
 *
 * @param name the dataset's name, the same for all its parts
 * @param digest the same only for the same clips and captions; at most {@value #MAX_DIGEST}
 *     characters
 * @param use what the run does with it: {@code training}, {@code validation}, {@code test}
 * @param sourceType the kind of dataset: {@code folder}
 * @param source where it comes from, as JSON
 * @param clips number of clips
 * @param captions number of captions
 */
public record TrackedDataset(
    String name,
    String digest,
    String use,
    String sourceType,
    String source,
    int clips,
    int captions) {

  private static final int MAX_DIGEST = 36;

  public TrackedDataset {
    if (digest.isEmpty() || digest.length() > MAX_DIGEST) {
      throw new IllegalArgumentException(
          "a digest must have 1 to " + MAX_DIGEST + " characters, was '" + digest + "'");
    }
  }

  /** The dataset in a line: name, sizes, digest. */
  public String summary() {
    return "%s: %d clips, %d captions, digest %s".formatted(name, clips, captions, digest);
  }
}
