package org.clap4j.core.model;

import org.clap4j.core.text.Tokenizer;

/**
 * Makes a text encoder.
 *
 * @param <C> its configuration
 */
public interface TextEncoderFactory<C extends Record> extends ComponentFactory<C> {

  /** Makes the encoder that a configuration describes, for the ids of a tokenizer. */
  TextEncoder create(C config, Tokenizer tokenizer);
}
