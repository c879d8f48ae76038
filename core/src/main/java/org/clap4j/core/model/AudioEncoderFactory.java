package org.clap4j.core.model;

/**
 * Makes an audio encoder.
 *
 * @param <C> its configuration
 */
public interface AudioEncoderFactory<C extends Record> extends ComponentFactory<C> {

  /** Makes the encoder that a configuration describes. */
  AudioEncoder create(C config);
}
