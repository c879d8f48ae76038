package org.clap4j.core.audio;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.clap4j.core.random.RandomSeed;

/**
 * The four log-mels of a clip that is longer than an encoder's window: the whole clip, shrunk in
 * time to the window's frames, and as many frames as they are of its first, middle and last third.
 * After LAION-CLAP (Wu et al. 2023, arXiv 2211.06687, section 3.2); the numbers are those of
 * transformers' {@code ClapFeatureExtractor}.
 *
 * <p>T samples have F' = 1 + T / hop frames, the window F. The places where F frames of them may
 * begin, 0 to F' - F, are cut into three runs, of which the first ones have one more where they
 * cannot be equal; a part begins in each. Where there are fewer than three places, the parts that
 * get none begin at 0.
 *
 * @param spectrogram computes log-mels
 * @param windowSamples samples of the window
 */
public record LongClipFusion(LogMelSpectrogram spectrogram, int windowSamples) {

  /** Log-mels of a clip: the whole one and three parts. */
  public static final int MAPS = 4;

  private static final int PARTS = 3;

  /** F, the frames of the window. */
  private int frames() {
    return spectrogram.settings().frames(windowSamples);
  }

  private int melBins() {
    return spectrogram.settings().melBins();
  }

  /** Whether a clip of that many samples has more frames than the window. */
  public boolean isLonger(int samples) {
    return spectrogram.settings().frames(samples) > frames();
  }

  /** Frames that the parts begin at in inference: the middle place of each run. */
  public int[] centredStarts(int samples) {
    return starts(samples, size -> size / 2);
  }

  /** The first place of each run. */
  public int[] firstStarts(int samples) {
    return starts(samples, size -> 0);
  }

  /** Places drawn from a seed, one of each run. */
  public int[] randomStarts(int samples, RandomSeed seed) {
    SplittableRandom random = seed.generator();
    return starts(samples, random::nextInt);
  }

  private int[] starts(int samples, IntUnaryOperator choice) {
    int places = spectrogram.settings().frames(samples) - frames() + 1;
    int[] starts = new int[PARTS];
    int from = 0;
    for (int part = 0; part < PARTS; part++) {
      int size = places / PARTS + (part < places % PARTS ? 1 : 0);
      starts[part] = size == 0 ? 0 : from + choice.applyAsInt(size);
      from += size;
    }
    return starts;
  }

  /**
   * Computes the log-mels of a longer clip on the calling thread.
   *
   * @param samples [T] PCM
   * @param starts frames that the parts begin at
   * @return [4, F, M] in dB
   */
  public float[] compute(float[] samples, int[] starts) {
    float[] whole = new float[spectrogram.size(samples.length)];
    spectrogram.compute(samples, whole, 0);
    int size = frames() * melBins();
    float[] maps = new float[MAPS * size];
    shrink(whole, maps);
    for (int part = 0; part < PARTS; part++) {
      System.arraycopy(whole, starts[part] * melBins(), maps, (part + 1) * size, size);
    }
    return maps;
  }

  /**
   * Interpolates linearly between the two frames whose middles are nearest, as PyTorch's bilinear
   * resize without aligned corners does; before the first middle, the first frame goes on.
   */
  private void shrink(float[] whole, float[] into) {
    int melBins = melBins();
    int total = whole.length / melBins;
    double step = total / (double) frames();
    for (int frame = 0; frame < frames(); frame++) {
      double position = Math.max(0, step * (frame + 0.5) - 0.5);
      int left = Math.min(total - 1, (int) position);
      int right = Math.min(total - 1, left + 1);
      double share = position - left;
      for (int m = 0; m < melBins; m++) {
        into[frame * melBins + m] =
            (float) ((1 - share) * whole[left * melBins + m] + share * whole[right * melBins + m]);
      }
    }
  }

  /** C, log-mels of each clip that an encoder takes: four if it fuses longer clips, else one. */
  public static int maps(boolean fusesLongClips) {
    return fusesLongClips ? MAPS : 1;
  }

  /** The mask of a batch, [N, 4]: of longer clips all log-mels count, of others the first. */
  public static float[][] mask(boolean[] isLonger) {
    float[][] mask = new float[isLonger.length][MAPS];
    for (int n = 0; n < isLonger.length; n++) {
      Arrays.fill(mask[n], 0, isLonger[n] ? MAPS : 1, 1f);
    }
    return mask;
  }
}
