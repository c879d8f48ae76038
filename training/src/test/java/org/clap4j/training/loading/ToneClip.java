package org.clap4j.training.loading;

import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.jspecify.annotations.Nullable;

/**
 * A computed clip of a pitch of its own.
 *
 * @param fault what reading it fails with, null for nothing
 */
record ToneClip(int number, double seconds, @Nullable String fault) implements AudioClip {

  @Override
  public String name() {
    return "tone-" + number;
  }

  @Override
  public String contentKey() {
    return name() + "|" + seconds;
  }

  @Override
  public Waveform read(int sampleRateHz) throws AudioException {
    if (fault != null) {
      throw new AudioException(fault);
    }
    float[] samples = new float[(int) (seconds * sampleRateHz)];
    for (int i = 0; i < samples.length; i++) {
      double hertz = 200 + 50 * number + 100.0 * i / sampleRateHz;
      samples[i] = (float) (0.3 * Math.sin(2 * Math.PI * hertz * i / sampleRateHz));
    }
    return new Waveform(samples, sampleRateHz);
  }
}
