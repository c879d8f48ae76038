package org.clap4j.core.audio;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.clap4j.core.config.Key;
import org.clap4j.core.random.RandomSeed;

/**
 * Brings clips to one length: shorter ones are filled, longer ones are cropped, or evaluated window
 * by window. Evaluation draws nothing: the same clip gives the same samples each time.
 *
 * @param seconds length of every clip
 * @param fill what makes shorter clips longer
 * @param crop which part of a longer clip is trained on
 * @param longClips how longer clips are evaluated
 */
public record ClipLength(
    @Key("length that every clip is brought to, in seconds") double seconds,
    @Key(
            value =
                "what makes shorter clips longer: repeat-pad (whole repeats, then zeros), pad"
                    + " (zeros), repeat",
            defaultValue = "repeat-pad")
        ClipFill fill,
    @Key(
            value =
                "part of a longer clip that is trained on: random, centre, start; of each third"
                    + " where the audio encoder fuses longer clips",
            defaultValue = "random")
        ClipCrop crop,
    @Key(
            value =
                "how longer clips are evaluated: centre (their middle), windows (mean embedding of"
                    + " windows that cover them); of no effect where the audio encoder fuses them",
            defaultValue = "centre")
        LongClips longClips) {

  /** Checks the length. */
  public ClipLength {
    if (!(seconds > 0 && seconds <= 3_600)) {
      throw new IllegalArgumentException("seconds must be in (0, 3600], was " + seconds);
    }
  }

  /** Number of samples of every clip at a sample rate, at least 1. */
  public int samples(int sampleRateHz) {
    return (int) Math.max(1, Math.round(seconds * sampleRateHz));
  }

  /** Whether a clip of that many samples is brought to length without drawing anything. */
  public boolean isFixed(int samples, int sampleRateHz) {
    return crop != ClipCrop.RANDOM || samples <= samples(sampleRateHz);
  }

  /**
   * Fills or crops a clip for training.
   *
   * @param waveform T samples, one or more; not changed
   * @param seed what a random crop draws from
   */
  public float[] forTraining(Waveform waveform, RandomSeed seed) {
    int surplus = waveform.samples().length - samples(waveform.sampleRateHz());
    if (surplus <= 0) {
      return filled(waveform);
    }
    int start =
        switch (crop) {
          case RANDOM -> seed.generator().nextInt(surplus + 1);
          case CENTRE -> surplus / 2;
          case START -> 0;
        };
    return window(waveform, start);
  }

  /**
   * Fills or crops a clip for evaluation: one array, or, for a longer clip by windows, ceil(T /
   * length) of them, of which the last ends with the clip.
   *
   * @param waveform T samples, one or more; not changed
   */
  public List<float[]> forEvaluation(Waveform waveform) {
    int length = samples(waveform.sampleRateHz());
    int surplus = waveform.samples().length - length;
    if (surplus <= 0) {
      return List.of(filled(waveform));
    }
    if (longClips == LongClips.CENTRE) {
      return List.of(window(waveform, surplus / 2));
    }
    long windows = (waveform.samples().length + length - 1L) / length;
    return LongStream.range(0, windows)
        .mapToObj(i -> window(waveform, (int) Math.min(surplus, i * length)))
        .toList();
  }

  private float[] filled(Waveform waveform) {
    if (waveform.samples().length == 0) {
      throw new IllegalArgumentException("a clip needs one sample or more, had none");
    }
    int length = samples(waveform.sampleRateHz());
    return waveform.samples().length == length
        ? waveform.samples().clone()
        : fill.fill(waveform.samples(), length);
  }

  private float[] window(Waveform waveform, int start) {
    return Arrays.copyOfRange(waveform.samples(), start, start + samples(waveform.sampleRateHz()));
  }
}
