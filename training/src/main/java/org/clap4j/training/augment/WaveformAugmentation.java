package org.clap4j.training.augment;

import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.ClipCrop;
import org.clap4j.core.audio.ClipFill;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LongClips;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.random.RandomSeed;

/**
 * Shifts a clip in time, mixes it with another of the same caption, adds background noise and
 * changes its level, in this order. Safe for use by many threads.
 */
public final class WaveformAugmentation {

  /** How what is mixed in is read: given to the constructor so that a cache can stand behind it. */
  @FunctionalInterface
  public interface ClipReader {

    /** Reads a clip as mono PCM. */
    Waveform read(AudioClip clip, int sampleRateHz) throws AudioException;
  }

  private final AugmentationConfig config;
  private final List<AudioClip> noises;
  private final ClipReader reader;

  /**
   * Takes the options and what is used as noise.
   *
   * @param noises one recording or more if the options ask for noise
   * @param reader reads a recording, or another clip
   */
  public WaveformAugmentation(
      AugmentationConfig config, List<AudioClip> noises, ClipReader reader) {
    this.config = config;
    this.noises = List.copyOf(noises);
    this.reader = reader;
    if (config.noise().probability() > 0 && noises.isEmpty()) {
      throw new IllegalArgumentException(
          "noise.probability is "
              + config.noise().probability()
              + " but there is no noise recording; set noise.directory to a directory that holds"
              + " some");
    }
  }

  /**
   * Changes a clip.
   *
   * @param samples [T] PCM; not changed
   * @param alike the other clips with the same caption; none where there are none
   * @param seed what is drawn from
   * @return [T] PCM
   * @throws AudioException if what is mixed in cannot be read
   */
  public float[] apply(float[] samples, int sampleRateHz, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    float[] shifted = shift(samples, seed.split("shift").generator());
    float[] mixed = mixAlike(shifted, sampleRateHz, alike, seed.split("same-caption-mix"));
    float[] noisy = addNoise(mixed, sampleRateHz, seed.split("noise"));
    double gainDb = (2 * seed.split("gain").generator().nextDouble() - 1) * config.gainDb();
    return config.gainDb() == 0 ? noisy : scaled(noisy, (float) Math.pow(10, gainDb / 20));
  }

  private float[] shift(float[] samples, SplittableRandom random) {
    int farthest = (int) (config.timeShift() * samples.length);
    int shift = farthest == 0 ? 0 : random.nextInt(farthest + 1) % samples.length;
    float[] shifted = new float[samples.length];
    System.arraycopy(samples, 0, shifted, shift, samples.length - shift);
    System.arraycopy(samples, samples.length - shift, shifted, 0, shift);
    return shifted;
  }

  private float[] mixAlike(
      float[] samples, int sampleRateHz, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    SameCaptionMixConfig mix = config.sameCaptionMix();
    SplittableRandom random = seed.generator();
    if (alike.isEmpty() || random.nextDouble() >= mix.probability()) {
      return samples;
    }
    double snrDb = uniform(random, mix.minSnrDb(), mix.maxSnrDb());
    float[] other = draw(alike, samples.length, sampleRateHz, random, seed);
    return mix(samples, shift(other, seed.split("shift").generator()), snrDb);
  }

  private float[] addNoise(float[] samples, int sampleRateHz, RandomSeed seed)
      throws AudioException {
    NoiseConfig noise = config.noise();
    SplittableRandom random = seed.generator();
    if (random.nextDouble() >= noise.probability()) {
      return samples;
    }
    double snrDb = uniform(random, noise.minSnrDb(), noise.maxSnrDb());
    return mix(samples, draw(noises, samples.length, sampleRateHz, random, seed), snrDb);
  }

  private static double uniform(SplittableRandom random, double least, double greatest) {
    return least + random.nextDouble() * (greatest - least);
  }

  /** One of the clips, repeated or cropped at random to a length. */
  private float[] draw(
      List<AudioClip> clips, int length, int sampleRateHz, SplittableRandom random, RandomSeed seed)
      throws AudioException {
    AudioClip clip = clips.get(random.nextInt(clips.size()));
    ClipLength asLong =
        new ClipLength(
            (double) length / sampleRateHz, ClipFill.REPEAT, ClipCrop.RANDOM, LongClips.CENTRE);
    return asLong.forTraining(reader.read(clip, sampleRateHz), seed.split("crop"));
  }

  /**
   * Adds noise at a signal-to-noise ratio: x + n √(P_x / (P_n 10^(snr / 10))), P the mean square.
   * Where either is silent there is no such ratio, and the signal stays as it is.
   *
   * @param signal [T]
   * @param noise [T]
   * @param snrDb ratio in dB
   */
  static float[] mix(float[] signal, float[] noise, double snrDb) {
    double signalPower = power(signal);
    double noisePower = power(noise);
    if (signalPower == 0 || noisePower == 0) {
      return signal;
    }
    float scale = (float) Math.sqrt(signalPower / (noisePower * Math.pow(10, snrDb / 10)));
    float[] mixed = new float[signal.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = signal[i] + scale * noise[i];
    }
    return mixed;
  }

  private static double power(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return sum / samples.length;
  }

  private static float[] scaled(float[] samples, float factor) {
    float[] scaled = new float[samples.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = factor * samples[i];
    }
    return scaled;
  }
}
