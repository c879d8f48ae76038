package org.clap4j.experiments.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.training.evaluation.LinearProbe;
import org.clap4j.training.evaluation.MultiLabelMetrics;
import org.clap4j.training.evaluation.ZeroShotMetrics;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fits linear probes to a model's audio embeddings. Each clip is embedded once, in however many
 * folds it occurs.
 */
public final class ProbeEvaluation implements AutoCloseable {

  private final List<PairDataset> folds;
  private final Map<String, Integer> rowOfClip = new HashMap<>();
  private final INDArray audio_ND;

  /**
   * Embeds the clips of all folds.
   *
   * @param folds each with classes in its training and test part
   * @throws AudioException if a clip cannot be read
   */
  public ProbeEvaluation(Embedder embedder, List<PairDataset> folds) throws AudioException {
    this.folds = List.copyOf(folds);
    Map<String, AudioClip> clips = new LinkedHashMap<>();
    for (PairDataset fold : folds) {
      Stream.of(fold.train(), fold.validation(), fold.test())
          .flatMap(List::stream)
          .map(AudioTextPair::clip)
          .forEach(clip -> clips.putIfAbsent(clip.contentKey(), clip));
    }
    clips.keySet().forEach(key -> rowOfClip.put(key, rowOfClip.size()));
    audio_ND = embedder.audio(List.copyOf(clips.values()));
  }

  /**
   * Names the classes that a fold tests and has no clip to train on; a probe cannot learn them.
   *
   * @param fold with classes in its training and test part
   */
  public static List<String> untrainedClasses(PairDataset fold) {
    ZeroShotTask task = Objects.requireNonNull(fold.testTask(), fold.name());
    Set<Integer> trained = new HashSet<>();
    Stream.of(fold.trainTask(), fold.validationTask())
        .filter(Objects::nonNull)
        .forEach(part -> trained.addAll(part.labels()));
    return task.labels().stream()
        .distinct()
        .filter(label -> !trained.contains(label))
        .map(task.classNames()::get)
        .toList();
  }

  /** Fits a probe to the training and validation clips of each fold, and tests it. */
  public ProbeResult result() {
    return ProbeResult.of(folds.stream().map(this::probe).toList());
  }

  private ProbeResult.Fold probe(PairDataset fold) {
    ZeroShotTask trainTask = Objects.requireNonNull(fold.trainTask(), fold.name());
    ZeroShotTask testTask = Objects.requireNonNull(fold.testTask(), fold.name());
    List<AudioTextPair> pairs = new ArrayList<>(fold.train());
    List<Integer> labels = new ArrayList<>(trainTask.labels());
    addValidation(fold.validation(), fold.validationTask(), pairs, labels);
    int classes = trainTask.classNames().size();
    LinearProbe probe = LinearProbe.fit(embeddings(pairs), oneHot(labels, classes));
    INDArray scores_NK = probe.scores(embeddings(fold.test()));
    return new ProbeResult.Fold(
        fold.name(),
        ZeroShotMetrics.of(scores_NK, testTask).accuracy(),
        MultiLabelMetrics.of(scores_NK, oneHot(testTask.labels(), classes)).meanAveragePrecision(),
        pairs.size(),
        fold.test().size());
  }

  private static void addValidation(
      List<AudioTextPair> validation,
      @Nullable ZeroShotTask task,
      List<AudioTextPair> pairs,
      List<Integer> labels) {
    if (task != null) {
      pairs.addAll(validation);
      labels.addAll(task.labels());
    }
  }

  private INDArray embeddings(List<AudioTextPair> pairs) {
    return audio_ND.getRows(
        pairs.stream()
            .mapToInt(pair -> rowOfClip.getOrDefault(pair.clip().contentKey(), -1))
            .toArray());
  }

  private static INDArray oneHot(List<Integer> labels, int classes) {
    INDArray oneHot_NK = Nd4j.zeros(DataType.DOUBLE, labels.size(), classes);
    for (int n = 0; n < labels.size(); n++) {
      oneHot_NK.putScalar(n, labels.get(n), 1);
    }
    return oneHot_NK;
  }

  @Override
  public void close() {
    audio_ND.close();
  }
}
