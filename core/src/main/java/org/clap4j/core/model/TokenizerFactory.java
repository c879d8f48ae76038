package org.clap4j.core.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.text.Tokenizer;

/**
 * Makes a tokenizer.
 *
 * @param <C> its configuration
 */
public interface TokenizerFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes the tokenizer of a new model; a vocabulary is taken from the training captions where
   * there is none yet.
   */
  Tokenizer create(C config, List<String> trainingCaptions) throws IOException;

  /**
   * Makes the tokenizer again that {@link Tokenizer#save} has written into a checkpoint directory.
   */
  Tokenizer load(C config, Path directory) throws IOException;
}
