package org.clap4j.experiments.bench;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LogMelSpectrogram;

/**
 * Log-mels of clips of 10 s at 48 kHz, one clip after the other, each on all cores: {@code
 * log-mel}. The peer is {@code bench/peers/log_mel_transformers.py}.
 */
public final class LogMelWorkload implements Workload {

  private static final int SAMPLES = 480_000;

  private final LogMelSpectrogram spectrogram =
      new LogMelSpectrogram(LogMelSettings.preset("laion"));
  private final List<float[]> clips = new ArrayList<>();

  /**
   * Makes the clips.
   *
   * @param batch number of clips
   */
  public LogMelWorkload(int batch) {
    for (int n = 0; n < batch; n++) {
      clips.add(Noise.draw(SAMPLES, n));
    }
  }

  /** Transforms every clip once. */
  @Override
  public void run() {
    clips.forEach(spectrogram::compute);
  }
}
