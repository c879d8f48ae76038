package org.clap4j.experiments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.FfmpegResampler;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.loss.Scoring;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.SavedModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained model in a program of one's own: embeds sounds and captions as the commands do.
 *
 * <pre>{@code
 * try (Clap clap = Clap.open(Path.of("my-clap"))) {
 *   float[] sound = clap.embedAudio(List.of(new Waveform(samples, 44_100)))[0];
 *   float[] caption = clap.embedText(List.of("a dog barks"))[0];
 *   double likeness = clap.score(sound, caption);
 * }
 * }</pre>
 *
 * <p>For the use of one thread at a time.
 */
public final class Clap implements AutoCloseable {

  private final ClapModel model;
  private final Embedder embedder;

  private Clap(ClapModel model) {
    this.model = model;
    this.embedder = new Embedder(model);
  }

  /**
   * Loads a model.
   *
   * @param model what the commands take as MODEL: a run directory, a checkpoint directory, a
   *     Hugging Face CLAP folder, …
   * @throws IOException if there is none, or if it is damaged
   */
  public static Clap open(Path model) throws IOException {
    return new Clap(Clap4jInjector.create().getInstance(SavedModels.class).load(model));
  }

  /**
   * Embeds sounds.
   *
   * @param sounds N of them, one sample or more each, of any length and rate: they are resampled to
   *     the model's, and filled or cropped to the length that it was trained with
   * @return [N][D], unit rows
   * @throws AudioException if a sound cannot be used
   */
  public float[][] embedAudio(List<Waveform> sounds) throws AudioException {
    List<AudioClip> clips =
        IntStream.range(0, sounds.size())
            .<AudioClip>mapToObj(n -> new Sound("sound " + n, sounds.get(n)))
            .toList();
    try (INDArray embeddings_ND = embedder.audio(clips)) {
      return embeddings_ND.toFloatMatrix();
    }
  }

  /**
   * Embeds captions.
   *
   * @param captions M of them
   * @return [M][D], unit rows
   */
  public float[][] embedText(List<String> captions) {
    try (INDArray embeddings_MD = embedder.text(captions)) {
      return embeddings_MD.toFloatMatrix();
    }
  }

  /**
   * Scores a sound and a caption by their embeddings as this model's loss compares them: the
   * higher, the likelier they belong together. The {@linkplain #cosine cosine} of most models; with
   * the loss {@code laion-mlp} its transforms come first.
   *
   * @param sound an audio embedding of this model
   * @param caption a text embedding of this model
   */
  public double score(float[] sound, float[] caption) {
    Scoring scoring = model.scoring();
    return cosine(row(scoring.audioRows(), sound), row(scoring.textRows(), caption));
  }

  private static float[] row(UnaryOperator<INDArray> rows, float[] embedding) {
    return rows.apply(Nd4j.createFromArray(new float[][] {embedding})).getRow(0).toFloatVector();
  }

  /** Compares two embeddings: from -1 to 1, the higher the likelier they belong together. */
  public static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int d = 0; d < one.length; d++) {
      sum += (double) one[d] * other[d];
    }
    return sum;
  }

  /** What scores are multiplied with before a softmax over captions makes probabilities of them. */
  public double logitScale() {
    return model.logitScale();
  }

  /** Frees the model. */
  @Override
  public void close() {
    model.close();
  }

  private record Sound(String name, Waveform waveform) implements AudioClip {

    @Override
    public String contentKey() {
      return name;
    }

    @Override
    public Waveform read(int sampleRateHz) {
      float[] samples =
          FfmpegResampler.resample(waveform.samples(), waveform.sampleRateHz(), sampleRateHz);
      return new Waveform(samples, sampleRateHz);
    }
  }
}
