package org.clap4j.core.data;

import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.Waveform;

/** A sound that can be read again and again: a file, or one that is computed. */
public interface AudioClip {

  /** Name for people and messages: the path of a file. */
  String name();

  /** Says cheaply what the content is: the same key means the same samples. For feature caches. */
  String contentKey();

  /** Reads the whole clip as mono PCM at a sample rate. */
  Waveform read(int sampleRateHz) throws AudioException;
}
