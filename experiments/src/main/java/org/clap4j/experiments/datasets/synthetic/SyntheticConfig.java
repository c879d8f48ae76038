package org.clap4j.experiments.datasets.synthetic;

import org.clap4j.core.config.Key;

/** Options of the computed soundscapes; the components say what they mean. */
public record SyntheticConfig(
    @Key(value = "clips to train on, 1 or more", defaultValue = "2000") int trainClips,
    @Key(value = "clips to watch, of seen combinations, in [0, 2000]", defaultValue = "200")
        int validationClips,
    @Key(value = "clips to report on, of unseen combinations, in [0, 2000]", defaultValue = "200")
        int testClips,
    @Key(value = "length of a clip in seconds, in [1, 30]", defaultValue = "2.5") double seconds,
    @Key(value = "captions of a clip, in [1, 5]", defaultValue = "5") int captions,
    @Key(
            value = "seed of scenes, sounds, captions and of the pairs that are held out",
            defaultValue = "0")
        long seed) {

  /** Enough scenes differ for this many in a split. */
  private static final int MOST_DISTINCT = 2000;

  /** Checks the ranges. */
  public SyntheticConfig {
    if (trainClips < 1) {
      throw new IllegalArgumentException("train-clips must be 1 or more, was " + trainClips);
    }
    requireDistinct("validation-clips", validationClips);
    requireDistinct("test-clips", testClips);
    if (!(seconds >= 1 && seconds <= 30)) {
      throw new IllegalArgumentException("seconds must be in [1, 30], was " + seconds);
    }
    if (captions < 1 || captions > SceneCaptions.MOST) {
      throw new IllegalArgumentException(
          "captions must be in [1, " + SceneCaptions.MOST + "], was " + captions);
    }
  }

  private static void requireDistinct(String key, int clips) {
    if (clips < 0 || clips > MOST_DISTINCT) {
      throw new IllegalArgumentException(
          key + " must be in [0, " + MOST_DISTINCT + "], was " + clips);
    }
  }
}
