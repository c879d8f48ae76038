package org.clap4j.experiments.datasets.captions;

import org.clap4j.core.config.Key;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.experiments.datasets.FoldSplit;
import org.jspecify.annotations.Nullable;

/** Options of captions in CSV files; the components say what they mean. */
public record CaptionsCsvConfig(
    @Key("folder that holds the CSV files and the audio folder") String root,
    @Key(value = "folder of the clips below root; sub-folders are searched", defaultValue = "audio")
        String audioDir,
    @Key(value = "CSV of training captions below root; null: none", defaultValue = "null")
        @Nullable String train,
    @Key(value = "CSV of validation captions below root; null: none", defaultValue = "null")
        @Nullable String validation,
    @Key(value = "CSV of test captions below root; null: none", defaultValue = "null")
        @Nullable String test,
    @Key(
            value =
                "column of train's CSV with each clip's fold, a whole number; probe tests each fold"
                    + " in turn; null: no folds",
            defaultValue = "null")
        @Nullable String fold,
    @Key(
            value = "fold to report on; never trained on; null: none, all are trained on",
            defaultValue = "null")
        @Nullable Integer testFold,
    @Key(
            value = "fold to watch and to choose checkpoints by; null: none, it is trained on",
            defaultValue = "null")
        @Nullable Integer validationFold,
    @Key(
            value =
                "share of the training clips to watch instead, in [0, 1); only without validation",
            defaultValue = "0")
        double validationFraction,
    @Key(
            value =
                "number of zero-shot classes whose training clips are watched instead: combinations"
                    + " that training then never has, though it has their parts; 0: none",
            defaultValue = "0")
        int validationClasses,
    @Key(value = "seed of the draw of validation clips or classes", defaultValue = "0") long seed,
    @Key(value = "zero-shot classes that the file names tell; null: none", defaultValue = "null")
        @Nullable FileNameClasses zeroShot,
    @Key(
            value =
                "column of the names of all classes that apply to a clip, separated by commas, for"
                    + " probes; without captions beside it, they are the caption; null: none",
            defaultValue = "null")
        @Nullable String labels,
    @Key(value = "fail or skip when clips are missing or damaged", defaultValue = "fail")
        OnBadClip onBadClip) {

  /** Checks that there is something to read, and one way to choose validation clips at most. */
  public CaptionsCsvConfig {
    if (train == null && validation == null && test == null) {
      throw new IllegalArgumentException(
          "one of train, validation and test must name a CSV file, all were null");
    }
    FoldSplit unused = new FoldSplit(testFold, validationFold);
    if (fold == null && (testFold != null || validationFold != null)) {
      throw new IllegalArgumentException(
          "%s needs fold to name the column of the clips' folds, was %d"
              .formatted(
                  testFold != null ? "test-fold" : "validation-fold",
                  testFold != null ? testFold : validationFold));
    }
    if (fold != null && (train == null || validation != null || test != null)) {
      throw new IllegalArgumentException(
          "fold needs train to name the CSV of all clips, and neither validation nor test; was "
              + fold);
    }
    if (validationFold != null && (validationFraction > 0 || validationClasses > 0)) {
      throw new IllegalArgumentException(
          "validation-fold needs validation-fraction and validation-classes to be 0, was "
              + validationFold);
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validation-fraction must be in [0, 1), was " + validationFraction);
    }
    if (validationFraction > 0 && validation != null) {
      throw new IllegalArgumentException(
          "validation-fraction must be 0 when validation names a file, was " + validationFraction);
    }
    if (validationClasses < 0) {
      throw new IllegalArgumentException(
          "validation-classes must be 0 or more, was " + validationClasses);
    }
    if (validationClasses > 0
        && (zeroShot == null || validation != null || validationFraction > 0)) {
      throw new IllegalArgumentException(
          "validation-classes needs zero-shot, and neither validation nor validation-fraction; was "
              + validationClasses);
    }
  }

  /** What becomes of each fold, where there are folds. */
  FoldSplit folds() {
    return new FoldSplit(testFold, validationFold);
  }

  /** The same data with another fold to report on, and nothing to watch. */
  CaptionsCsvConfig testedOn(int otherFold) {
    return new CaptionsCsvConfig(
        root, audioDir, train, null, null, fold, otherFold, null, 0, 0, seed, zeroShot, labels,
        onBadClip);
  }
}
