package org.clap4j.core.audio;

/**
 * The front end that an encoder's weights are bound to: 10 log10(max(mel power, floor)) of centred,
 * reflect-padded, periodic Hann frames.
 *
 * @param sampleRateHz rate that clips are resampled to
 * @param fftSize length of the window and of the transform, a power of 2
 * @param hopLength samples between frames
 * @param melBins mel bands
 * @param minFrequencyHz lower edge of the first band
 * @param maxFrequencyHz upper edge of the last band
 * @param melScale how bands are spaced
 * @param melNorm how bands are scaled
 */
public record LogMelSettings(
    int sampleRateHz,
    int fftSize,
    int hopLength,
    int melBins,
    double minFrequencyHz,
    double maxFrequencyHz,
    MelScale melScale,
    MelNorm melNorm) {

  /** Power below which everything counts as silence: -100 dB. */
  public static final double POWER_FLOOR = 1e-10;

  /** Frames of a clip of that many samples: 1 + samples / hop. */
  public int frames(int samples) {
    return 1 + samples / hopLength;
  }
}
