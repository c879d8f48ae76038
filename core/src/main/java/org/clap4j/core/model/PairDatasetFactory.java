package org.clap4j.core.model;

import java.io.IOException;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;

/**
 * Opens a dataset.
 *
 * @param <C> its configuration
 */
public interface PairDatasetFactory<C extends Record> extends ComponentFactory<C> {

  /** Reads the lists of clips and captions; clips themselves are read later, by {@code reader}. */
  PairDataset open(C config, AudioReader reader) throws IOException;

  /**
   * Opens the data once for each of its folds, which is tested while all others are trained on;
   * just as {@link #open} does if it has no folds.
   */
  default List<PairDataset> folds(C config, AudioReader reader) throws IOException {
    return List.of(open(config, reader));
  }
}
