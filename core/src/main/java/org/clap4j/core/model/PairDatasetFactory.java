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

  /**
   * Says how the same data is tested on each of its folds in turn, where it has folds; else just
   * the given configuration.
   */
  default List<C> folds(C config) throws IOException {
    return List.of(config);
  }

  /** Reads the lists of clips and captions; clips themselves are read later, by {@code reader}. */
  PairDataset open(C config, AudioReader reader) throws IOException;
}
