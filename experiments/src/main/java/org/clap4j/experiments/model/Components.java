package org.clap4j.experiments.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.ProjectionHeadFactory;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TextEncoderFactory;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.optim.Optimizer;
import org.clap4j.training.optim.OptimizerFactory;
import org.clap4j.training.schedule.Schedule;
import org.clap4j.training.schedule.ScheduleFactory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes the components that sections of a configuration have chosen. */
public final class Components {

  private Components() {}

  /** Makes an audio encoder. */
  public static AudioEncoder audioEncoder(Selected<AudioEncoderFactory<?>> section) {
    return make(section.factory(), section.options());
  }

  private static <C extends Record> AudioEncoder make(
      AudioEncoderFactory<C> factory, Record options) {
    return factory.create(factory.configType().cast(options));
  }

  /** Makes a text encoder for the ids of a tokenizer. */
  public static TextEncoder textEncoder(
      Selected<TextEncoderFactory<?>> section, Tokenizer tokenizer) {
    return make(section.factory(), section.options(), tokenizer);
  }

  private static <C extends Record> TextEncoder make(
      TextEncoderFactory<C> factory, Record options, Tokenizer tokenizer) {
    return factory.create(factory.configType().cast(options), tokenizer);
  }

  /** Makes the tokenizer of a new model. */
  public static Tokenizer newTokenizer(
      Selected<TokenizerFactory<?>> section, List<String> trainingCaptions) throws IOException {
    return make(section.factory(), section.options(), trainingCaptions);
  }

  private static <C extends Record> Tokenizer make(
      TokenizerFactory<C> factory, Record options, List<String> captions) throws IOException {
    return factory.create(factory.configType().cast(options), captions);
  }

  /** Makes the tokenizer again that a checkpoint holds. */
  public static Tokenizer savedTokenizer(Selected<TokenizerFactory<?>> section, Path checkpoint)
      throws IOException {
    return load(section.factory(), section.options(), checkpoint);
  }

  private static <C extends Record> Tokenizer load(
      TokenizerFactory<C> factory, Record options, Path checkpoint) throws IOException {
    return factory.load(factory.configType().cast(options), checkpoint);
  }

  /** Makes a projection head. */
  public static ProjectionHead head(Selected<ProjectionHeadFactory<?>> section) {
    return make(section.factory(), section.options());
  }

  private static <C extends Record> ProjectionHead make(
      ProjectionHeadFactory<C> factory, Record options) {
    return factory.create(factory.configType().cast(options));
  }

  /** Makes an optimiser over two flat vectors [n]. */
  public static Optimizer optimizer(
      Selected<OptimizerFactory<?>> section, INDArray parameters, INDArray gradients) {
    return make(section.factory(), section.options(), parameters, gradients);
  }

  private static <C extends Record> Optimizer make(
      OptimizerFactory<C> factory, Record options, INDArray parameters, INDArray gradients) {
    return factory.create(factory.configType().cast(options), parameters, gradients);
  }

  /** Makes a schedule from the optimiser's learning rate. */
  public static Schedule schedule(
      Selected<ScheduleFactory<?>> section, double learningRate, long totalSteps) {
    return make(section.factory(), section.options(), learningRate, totalSteps);
  }

  private static <C extends Record> Schedule make(
      ScheduleFactory<C> factory, Record options, double learningRate, long totalSteps) {
    return factory.create(factory.configType().cast(options), learningRate, totalSteps);
  }

  /** Opens a dataset. */
  public static PairDataset dataset(Selected<PairDatasetFactory<?>> section, AudioReader reader)
      throws IOException {
    return open(section.factory(), section.options(), reader);
  }

  private static <C extends Record> PairDataset open(
      PairDatasetFactory<C> factory, Record options, AudioReader reader) throws IOException {
    return factory.open(factory.configType().cast(options), reader);
  }

  /** Opens a dataset once for each of its folds, which is tested; once if it has no folds. */
  public static List<PairDataset> folds(Selected<PairDatasetFactory<?>> section, AudioReader reader)
      throws IOException {
    return folds(section.factory(), section.options(), reader);
  }

  private static <C extends Record> List<PairDataset> folds(
      PairDatasetFactory<C> factory, Record options, AudioReader reader) throws IOException {
    return factory.folds(factory.configType().cast(options), reader);
  }

  /** Opens a tracker for a run. */
  public static RunTracker tracker(Selected<RunTrackerFactory<?>> section, TrackedRun run)
      throws IOException {
    return open(section.factory(), section.options(), run);
  }

  private static <C extends Record> RunTracker open(
      RunTrackerFactory<C> factory, Record options, TrackedRun run) throws IOException {
    return factory.open(factory.configType().cast(options), run);
  }
}
