package org.clap4j.training.loading;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.LogMelSpectrogram;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;

/**
 * Reads clips and computes their log-mels for evaluation and inference, in order, on background
 * threads ahead of whoever takes them. Nothing is random. Memory holds about two batches.
 *
 * <pre>{@code
 * try (FeatureExtractor extractor = new FeatureExtractor(clips, input, 32)) {
 *   while (extractor.hasNext()) {
 *     try (ClipFeatures batch = extractor.next()) { ... }
 *   }
 * }
 * }</pre>
 */
public final class FeatureExtractor implements AutoCloseable {

  private final List<AudioClip> clips;
  private final LogMelSpectrogram spectrogram;
  private final AudioInput input;
  private final LongClipFusion fusion;
  private final int batchSize;
  private final LoaderThreads workers;
  private final Deque<Future<List<ClipLogMel>>> pending = new ArrayDeque<>();
  private final Deque<Row> rows = new ArrayDeque<>();
  private int submitted;
  private int taken;

  /**
   * Starts to read.
   *
   * @param clips what to read
   * @param input what is made of them
   * @param batchSize rows of a batch; the last may have fewer
   */
  public FeatureExtractor(List<AudioClip> clips, AudioInput input, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, was " + batchSize);
    }
    this.clips = List.copyOf(clips);
    this.input = input;
    this.batchSize = batchSize;
    spectrogram = new LogMelSpectrogram(input.frontEnd());
    fusion = new LongClipFusion(spectrogram, input.samples());
    workers = new LoaderThreads("clap4j-features", Runtime.getRuntime().availableProcessors());
  }

  /** Whether there is another batch. */
  public boolean hasNext() {
    return !rows.isEmpty() || taken < clips.size();
  }

  /**
   * Waits for the next batch, which its taker closes.
   *
   * @throws AudioException if a clip cannot be read; the message names it
   */
  public ClipFeatures next() throws AudioException {
    while (rows.size() < batchSize && taken < clips.size()) {
      while (submitted < clips.size() && pending.size() <= batchSize) {
        AudioClip clip = clips.get(submitted++);
        pending.add(workers.submit(() -> compute(clip)));
      }
      int clip = taken++;
      await(pending.remove(), clip).forEach(logMel -> rows.add(new Row(clip, logMel)));
    }
    if (rows.isEmpty()) {
      throw new NoSuchElementException("all " + clips.size() + " clips have been given");
    }
    List<ClipLogMel> logMels = new ArrayList<>();
    List<Integer> clipIndices = new ArrayList<>();
    while (logMels.size() < batchSize && !rows.isEmpty()) {
      Row row = rows.remove();
      logMels.add(row.logMel());
      clipIndices.add(row.clip());
    }
    return new ClipFeatures(
        LogMelArrays.stack(logMels, input), LogMelArrays.isLonger(logMels), clipIndices);
  }

  private List<ClipLogMel> compute(AudioClip clip) throws AudioException {
    Waveform waveform = clip.read(input.frontEnd().sampleRateHz());
    float[] all = waveform.samples();
    if (input.fusesLongClips() && all.length > input.samples()) {
      return List.of(fused(all));
    }
    List<ClipLogMel> logMels = new ArrayList<>();
    for (float[] samples : input.clipLength().forEvaluation(waveform)) {
      float[] logMel = new float[spectrogram.size(samples.length)];
      spectrogram.compute(samples, logMel, 0);
      logMels.add(ClipLogMel.single(logMel));
    }
    return logMels;
  }

  /** A clip that is longer by less than a hop has the window's frames, and is taken whole. */
  private ClipLogMel fused(float[] samples) {
    return fusion.isLonger(samples.length)
        ? new ClipLogMel(fusion.compute(samples, fusion.centredStarts(samples.length)), true)
        : ClipLogMel.single(spectrogram.compute(samples));
  }

  private List<ClipLogMel> await(Future<List<ClipLogMel>> future, int clip) throws AudioException {
    String name = clips.get(clip).name();
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw LoadingFault.of(name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AudioException("interrupted while waiting for " + name, e);
    }
  }

  @Override
  public void close() {
    workers.close();
    pending.clear();
    rows.clear();
  }

  private record Row(int clip, ClipLogMel logMel) {}
}
