package org.clap4j.experiments.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.LogMelSpectrogram;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.datasets.WavFile;
import org.clap4j.experiments.report.HeatMap;
import org.clap4j.experiments.report.MlflowTable;
import org.clap4j.experiments.report.StepImages;

/**
 * Shows a few clips as the model takes them: their log-mels as pictures, their sound to be played,
 * and a table of their captions. Of a longer clip that is the window, or the first of several.
 */
final class QueryClips {

  /** Where a run directory, and the run's artifacts, have the sounds. */
  static final String FOLDER = "clips/";

  /** The captions of the clips, as a table for MLflow. */
  static final String TABLE_FILE = FOLDER + "captions.json";

  /** Begins the names of the pictures; the number that follows also begins the sound's name. */
  private static final String PICTURE = "val/log_mel_";

  /** A picture is at least so large, unless it has more than that by itself. */
  private static final int WIDTH = 512;

  private static final int HEIGHT = 256;
  private static final int LONGEST_NAME = 60;

  private final Path run;
  private final AudioInput input;
  private final RunTracker tracker;

  /** Shows clips of a run as a model takes them. */
  QueryClips(Path run, AudioInput input, RunTracker tracker) {
    this.run = run;
    this.input = input;
    this.tracker = tracker;
  }

  /**
   * Shows some of the pairs, evenly spaced.
   *
   * @param count how many
   */
  void record(List<AudioTextPair> pairs, int count) throws IOException {
    int shown = Math.min(count, pairs.size());
    if (shown == 0) {
      return;
    }
    Files.createDirectories(run.resolve(FOLDER));
    LogMelSpectrogram spectrogram = new LogMelSpectrogram(input.frontEnd());
    int rateHz = input.frontEnd().sampleRateHz();
    List<List<Object>> rows = new ArrayList<>();
    for (int n = 0; n < shown; n++) {
      AudioTextPair pair = pairs.get((int) ((long) n * pairs.size() / shown));
      String name = (n + 1) + "-" + shortName(pair.clip().name());
      Waveform whole = pair.clip().read(rateHz);
      float[] samples = input.clipLength().forEvaluation(whole).get(0);
      long now = Clock.systemUTC().millis();
      StepImages.save(
          run, PICTURE + (n + 1), 0, now, picture(spectrogram.compute(samples)), tracker);
      String file = FOLDER + name + ".wav";
      WavFile.write(run.resolve(file), samples, rateHz);
      tracker.artifact(run.resolve(file), file);
      rows.add(List.of(name + ".wav", pair.clip().name(), String.join("; ", pair.captions())));
    }
    MlflowTable.save(run.resolve(TABLE_FILE), List.of("sound", "clip", "captions"), rows);
    tracker.artifact(run.resolve(TABLE_FILE), TABLE_FILE);
  }

  /** The last part of a path, without its extension, in characters that any server takes. */
  static String shortName(String clip) {
    String last = clip.substring(Math.max(clip.lastIndexOf('/'), clip.lastIndexOf('\\')) + 1);
    String plain =
        last.replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,5}$", "").replaceAll("[^A-Za-z0-9_.-]+", "-");
    return plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
  }

  /** Time to the right, frequency upwards. */
  private BufferedImage picture(float[] logMel) {
    int bins = input.frontEnd().melBins();
    int frames = logMel.length / bins;
    double[][] rows = new double[bins][frames];
    for (int frame = 0; frame < frames; frame++) {
      for (int bin = 0; bin < bins; bin++) {
        rows[bins - 1 - bin][frame] = logMel[frame * bins + bin];
      }
    }
    return HeatMap.draw(rows, pixels(WIDTH, frames), pixels(HEIGHT, bins));
  }

  private static int pixels(int least, int cells) {
    return (least + cells - 1) / cells;
  }
}
