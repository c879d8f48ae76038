package org.clap4j.experiments.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.io.DirectoryTree;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.datasets.FileClip;
import org.clap4j.experiments.datasets.WavFile;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.ModelAssembly;
import org.clap4j.training.loading.ClipFeatures;
import org.clap4j.training.loading.FeatureExtractor;

/**
 * What {@code clap4j embed audio} does with N recordings of 10 s, 44.1 kHz, 16 bits, mono, once the
 * model is there: reading, resampling, log-mels, batches of {@code evaluation.batch-size}, the
 * tower. And the tower's part of it: the same batches, their log-mels ready. The ratio of the two
 * is what reading and log-mels cost that run beside the tower.
 */
final class EmbedWorkload {

  private static final int SECONDS = 10;
  private static final int RATE_HZ = 44_100;

  private static final int WARM_UP_BATCHES = 2;

  /** Whole, as a user's configuration is; the text tower costs next to nothing. */
  private static final String CONFIG =
      """
      name: bench
      data: {type: synthetic}
      audio-encoder: %s
      text-encoder: {type: transformer, layers: 1, width: 8, heads: 1}
      tokenizer: {type: words}
      head: {type: linear, dim: 512}
      loss: {type: info-nce}
      optimizer: {type: adamw}
      schedule: {type: warmup-cosine}
      clip: {seconds: 10}
      """;

  private final ConfigBinder binder;
  private final AudioReader reader;
  private final String audioEncoder;

  /**
   * Describes the work.
   *
   * @param audioEncoder the section of a configuration, in YAML
   */
  EmbedWorkload(ConfigBinder binder, AudioReader reader, String audioEncoder) {
    this.binder = binder;
    this.reader = reader;
    this.audioEncoder = audioEncoder;
  }

  /** Embeds that many files, which are deleted in the end. */
  Workload fromFiles(int clips) {
    ClapModel model = model();
    Recordings recordings = Recordings.write(clips, reader);
    Embedder embedder = new Embedder(model);
    return new Workload() {
      @Override
      public void run() {
        embed(recordings.clips());
      }

      @Override
      public void warmUp() {
        List<AudioClip> all = recordings.clips();
        embed(all.subList(0, Math.min(all.size(), WARM_UP_BATCHES * batchSize(model))));
      }

      private void embed(List<AudioClip> some) {
        try {
          embedder.audio(some).close();
        } catch (AudioException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        recordings.close();
        model.close();
      }
    };
  }

  /** Embeds the log-mels of that many clips. */
  Workload fromLogMels(int clips) {
    ClapModel model = model();
    List<ClipFeatures> batches = batches(model, clips);
    return new Workload() {
      @Override
      public void run() {
        embed(batches);
      }

      @Override
      public void warmUp() {
        embed(batches.subList(0, Math.min(batches.size(), WARM_UP_BATCHES)));
      }

      private void embed(List<ClipFeatures> some) {
        for (ClipFeatures batch : some) {
          model.towers().embedAudio(batch.logMel(), batch.isLonger()).close();
        }
      }

      @Override
      public void close() {
        batches.forEach(ClipFeatures::close);
        model.close();
      }
    };
  }

  private ClapModel model() {
    try {
      ExperimentConfig config =
          binder.bind(
              ExperimentConfig.class, ConfigLoader.parse(CONFIG.formatted(audioEncoder), "bench"));
      return ModelAssembly.create(config, List.of("a sound"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<ClipFeatures> batches(ClapModel model, int clips) {
    List<ClipFeatures> batches = new ArrayList<>();
    try (Recordings recordings = Recordings.write(clips, reader);
        FeatureExtractor extractor =
            new FeatureExtractor(recordings.clips(), model.audioInput(), batchSize(model))) {
      while (extractor.hasNext()) {
        batches.add(extractor.next());
      }
      return batches;
    } catch (AudioException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int batchSize(ClapModel model) {
    return model.config().evaluation().batchSize();
  }

  /** Files of noise in a temporary directory. */
  private record Recordings(Path directory, List<AudioClip> clips) implements AutoCloseable {

    static Recordings write(int count, AudioReader reader) {
      try {
        Recordings recordings =
            new Recordings(Files.createTempDirectory("clap4j-bench"), new ArrayList<>());
        try {
          for (int n = 0; n < count; n++) {
            Path file = recordings.directory().resolve(n + ".wav");
            WavFile.write(file, Noise.draw(SECONDS * RATE_HZ, n), RATE_HZ);
            recordings.clips().add(FileClip.of(file, reader));
          }
          return recordings;
        } catch (IOException | RuntimeException e) {
          recordings.close();
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        DirectoryTree.delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
