package org.clap4j.core.audio;

/**
 * Mono PCM.
 *
 * @param samples amplitudes, full scale 1, shape [T]; not copied: whoever makes a waveform gives it
 *     away
 * @param sampleRateHz samples per second
 */
public record Waveform(float[] samples, int sampleRateHz) {

  /** Checks the sample rate. */
  public Waveform {
    if (sampleRateHz <= 0) {
      throw new IllegalArgumentException("sample rate must be positive, was " + sampleRateHz);
    }
  }

  /** Length in seconds. */
  public double durationSeconds() {
    return (double) samples.length / sampleRateHz;
  }
}
