package org.clap4j.core.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of clips and captions, split into what is trained on and what is measured on.
 *
 * @param name name for people
 * @param train pairs to train on
 * @param validation pairs to watch and to choose checkpoints by; may be empty
 * @param test pairs to report on; never looked at in training
 * @param trainTask classes of the training pairs, for probes, where the data has classes
 * @param validationTask zero-shot classification of the validation pairs, where the data has
 *     classes
 * @param testTask zero-shot classification of the test pairs, where the data has classes
 */
public record PairDataset(
    String name,
    List<AudioTextPair> train,
    List<AudioTextPair> validation,
    List<AudioTextPair> test,
    @Nullable ZeroShotTask trainTask,
    @Nullable ZeroShotTask validationTask,
    @Nullable ZeroShotTask testTask) {

  /** Freezes the lists. */
  public PairDataset {
    train = List.copyOf(train);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }
}
