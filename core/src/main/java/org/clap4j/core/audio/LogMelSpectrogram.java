package org.clap4j.core.audio;

import java.util.List;
import java.util.stream.IntStream;
import org.jtransforms.fft.FloatFFT_1D;

/**
 * Converts mono PCM to a log-mel spectrogram in dB: 10 log10(max(FB |STFT|², 1e-10)).
 *
 * <p>Frame i is centred on sample i · hop, so T samples give 1 + T / hop frames. Where a frame
 * reaches beyond the clip the clip is reflected, its edge sample not repeated, again and again if
 * it is shorter than half a window: sample -1 is sample 1, sample T is sample T - 2, as {@code
 * numpy.pad(mode="reflect")} has it. A clip of one sample is that sample for ever. Digital silence
 * gives exactly -100 dB.
 *
 * <p>Arithmetic is float32: within 0.005 dB of float64. Instances are immutable and safe for use by
 * many threads. A clip's values do not depend on how the work was split.
 *
 * <p>Shapes: T samples, F frames, M mel bins; results are [F, M] row by row. After Kong et al. 2020
 * (PANNs), section 3.
 */
public final class LogMelSpectrogram {

  private static final int FRAMES_PER_TASK = 64;

  private final LogMelSettings settings;
  private final MelFilterBank filterBank;
  private final int usedBins;
  private final float[] window;
  private final FloatFFT_1D fft;

  /** Prepares window, transform and filter bank. */
  public LogMelSpectrogram(LogMelSettings settings) {
    this.settings = settings;
    filterBank = MelFilterBank.of(settings);
    usedBins = Math.min(filterBank.usedBins(), settings.fftSize() / 2);
    window = periodicHann(settings.fftSize());
    fft = new FloatFFT_1D(settings.fftSize());
  }

  /** The front end that this computes. */
  public LogMelSettings settings() {
    return settings;
  }

  /** F · M: how many values a clip of that many samples gives. */
  public int size(int samples) {
    return settings.frames(samples) * settings.melBins();
  }

  /**
   * Computes the log-mel of one clip on all cores.
   *
   * @param samples [T] PCM, full scale 1
   * @return [F, M] in dB
   * @throws IllegalArgumentException if there is no sample
   */
  public float[] compute(float[] samples) {
    float[] logMel = new float[size(samples.length)];
    int tasks = tasks(samples.length);
    requireSamples(samples);
    IntStream.range(0, tasks).parallel().forEach(task -> computeTask(samples, task, logMel, 0));
    return logMel;
  }

  /**
   * Computes the log-mel of one clip on the calling thread, into an array of the caller's.
   *
   * @param samples [T] PCM, full scale 1
   * @param logMel receives [F, M] in dB
   * @param offset where in logMel the first value goes
   * @throws IllegalArgumentException if there is no sample, or if the result does not fit
   */
  public void compute(float[] samples, float[] logMel, int offset) {
    requireSamples(samples);
    requireRoom(samples.length, logMel, offset);
    computeFrames(samples, 0, settings.frames(samples.length), logMel, offset);
  }

  /**
   * Computes the log-mel of many clips on all cores, into one array of the caller's.
   *
   * @param clips N clips of one length T
   * @param logMel receives [N, F, M] in dB
   * @throws IllegalArgumentException if a clip has no sample, if lengths differ, or if the result
   *     does not fit
   */
  public void computeAll(List<float[]> clips, float[] logMel) {
    if (clips.isEmpty()) {
      return;
    }
    int samples = clips.get(0).length;
    for (int n = 0; n < clips.size(); n++) {
      requireSamples(clips.get(n));
      if (clips.get(n).length != samples) {
        throw new IllegalArgumentException(
            "clip "
                + n
                + " has "
                + clips.get(n).length
                + " samples, clip 0 has "
                + samples
                + "; clips of a batch must have one length");
      }
    }
    int size = size(samples);
    requireRoom(samples, logMel, (clips.size() - 1L) * size);
    int tasks = tasks(samples);
    IntStream.range(0, clips.size() * tasks)
        .parallel()
        .forEach(i -> computeTask(clips.get(i / tasks), i % tasks, logMel, i / tasks * size));
  }

  private int tasks(int samples) {
    return (settings.frames(samples) + FRAMES_PER_TASK - 1) / FRAMES_PER_TASK;
  }

  private void computeTask(float[] samples, int task, float[] logMel, int offset) {
    int first = task * FRAMES_PER_TASK;
    int end = Math.min(first + FRAMES_PER_TASK, settings.frames(samples.length));
    computeFrames(samples, first, end, logMel, offset);
  }

  private void computeFrames(float[] samples, int first, int end, float[] logMel, int offset) {
    float[] spectrum = new float[settings.fftSize()];
    float[] power = new float[settings.spectrumBins()];
    for (int frame = first; frame < end; frame++) {
      int start = frame * settings.hopLength() - settings.fftSize() / 2;
      window(samples, start, spectrum);
      fft.realForward(spectrum);
      power(spectrum, power);
      filterBank.apply(power, logMel, offset + frame * settings.melBins());
    }
    int from = offset + first * settings.melBins();
    Decibels.ofPower(logMel, from, offset + end * settings.melBins());
  }

  /** Cuts the frame that begins at a sample, reflected at the clip's edges, and windows it. */
  private void window(float[] samples, int start, float[] frame) {
    if (start >= 0 && start + frame.length <= samples.length) {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = samples[start + i] * window[i];
      }
    } else {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = samples[reflected(start + i, samples.length)] * window[i];
      }
    }
  }

  /** Where sample i of an endlessly reflected clip of that length lies in the clip. */
  static int reflected(int i, int length) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int phase = Math.floorMod(i, period);
    return phase < length ? phase : period - phase;
  }

  /** Squares the bins that bands listen to; JTransforms packs re(n / 2) into the place of im(0). */
  private void power(float[] spectrum, float[] power) {
    power[0] = spectrum[0] * spectrum[0];
    power[power.length - 1] = spectrum[1] * spectrum[1];
    for (int k = 1; k < usedBins; k++) {
      float re = spectrum[2 * k];
      float im = spectrum[2 * k + 1];
      power[k] = re * re + im * im;
    }
  }

  private static float[] periodicHann(int length) {
    float[] window = new float[length];
    for (int n = 0; n < length; n++) {
      window[n] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * n / length));
    }
    return window;
  }

  private static void requireSamples(float[] samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("a clip needs one sample or more, had none");
    }
  }

  private void requireRoom(int samples, float[] logMel, long offset) {
    if (offset < 0 || offset + size(samples) > logMel.length) {
      throw new IllegalArgumentException(
          "log-mel of "
              + samples
              + " samples needs "
              + size(samples)
              + " values from "
              + offset
              + " on, the array has "
              + logMel.length);
    }
  }
}
