package org.clap4j.experiments.cli;

import com.google.gson.Gson;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LogMelSpectrogram;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes log-mels. */
@Command(
    name = "features",
    description =
        "Writes 'log_mel' [n, frames, melBins] in dB, of each recording whole; metadata 'files'"
            + " names the rows.")
public final class FeaturesCommand implements Callable<Integer> {

  private final SavedModels models;
  private final AudioReader reader;

  @Parameters(
      index = "0",
      paramLabel = "PRESET-OR-MODEL",
      description = "A front end by name (panns, laion, ...) or a model, whose front end is taken.")
  private String source = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = ClipArguments.DESCRIPTION)
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--out", required = true, paramLabel = "F.safetensors", description = "Result.")
  private Path out = Path.of("");

  @Inject
  FeaturesCommand(SavedModels models, AudioReader reader) {
    this.models = models;
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    List<AudioClip> clips = ClipArguments.clips(paths, reader);
    LogMelSettings settings = settings();
    List<float[]> waveforms = new ArrayList<>();
    for (AudioClip clip : clips) {
      float[] samples = clip.read(settings.sampleRateHz()).samples();
      if (!waveforms.isEmpty() && samples.length != waveforms.get(0).length) {
        throw new UsageException(
            "%s has %d samples at %d Hz, %s has %d; recordings of one call must have one length"
                .formatted(
                    clip.name(),
                    samples.length,
                    settings.sampleRateHz(),
                    clips.get(0).name(),
                    waveforms.get(0).length));
      }
      waveforms.add(samples);
    }
    LogMelSpectrogram spectrogram = new LogMelSpectrogram(settings);
    int length = waveforms.get(0).length;
    float[] logMel = new float[Math.multiplyExact(clips.size(), spectrogram.size(length))];
    spectrogram.computeAll(waveforms, logMel);
    new SafeTensorsWriter()
        .metadata("files", new Gson().toJson(clips.stream().map(AudioClip::name).toList()))
        .floats("log_mel", logMel, clips.size(), settings.frames(length), settings.melBins())
        .write(out);
    return ExitStatus.DONE;
  }

  private LogMelSettings settings() throws IOException {
    Path path = Path.of(source);
    if (!SavedModels.isModel(path)) {
      return preset(source);
    }
    try (ClapModel model = models.load(path)) {
      return model.frontEnd();
    }
  }

  private static LogMelSettings preset(String name) {
    try {
      return LogMelSettings.preset(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "'" + name + "' is no run or checkpoint directory, and " + e.getMessage());
    }
  }
}
