package org.clap4j.experiments.datasets.folder;

import org.clap4j.core.config.Key;
import org.clap4j.core.data.OnBadClip;

/** Options of a folder of captioned clips; the components say what they mean. */
public record FolderConfig(
    @Key(
            "folder of clips, each with a .txt or .json of its name beside it; searched with all below")
        String root,
    @Key(
            value =
                "path: each clip's split is drawn from its path; sub-folder: the folders train,"
                    + " validation and test below root are the splits",
            defaultValue = "path")
        SplitBy splitBy,
    @Key(value = "share of validation clips when split by path, in [0, 1)", defaultValue = "0.1")
        double validationFraction,
    @Key(value = "share of test clips when split by path, in [0, 1)", defaultValue = "0.1")
        double testFraction,
    @Key(value = "seed of the draw by path", defaultValue = "0") long seed,
    @Key(value = "fail or skip when clips are missing or damaged", defaultValue = "fail")
        OnBadClip onBadClip) {

  /** Checks the shares. */
  public FolderConfig {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validation-fraction must be in [0, 1), was " + validationFraction);
    }
    if (!(testFraction >= 0 && testFraction < 1)) {
      throw new IllegalArgumentException("test-fraction must be in [0, 1), was " + testFraction);
    }
    if (validationFraction + testFraction >= 1) {
      throw new IllegalArgumentException(
          "validation-fraction and test-fraction must leave clips to train on, were "
              + validationFraction
              + " and "
              + testFraction);
    }
  }
}
