package org.clap4j.experiments.evaluation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.training.evaluation.LinearProbe;
import org.clap4j.training.evaluation.MultiLabelMetrics;
import org.clap4j.training.evaluation.ZeroShotMetrics;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fits linear probes to a model's audio embeddings. Each clip is embedded once, in however many
 * folds it occurs.
 */
public final class ProbeEvaluation implements AutoCloseable {

  private final List<ProbeTask> folds;
  private final Map<String, Integer> rowOfClip = new HashMap<>();
  private final INDArray audio_ND;

  /**
   * Embeds the clips of all folds.
   *
   * @throws AudioException if a clip cannot be read
   */
  public ProbeEvaluation(Embedder embedder, List<ProbeTask> folds) throws AudioException {
    this.folds = List.copyOf(folds);
    Map<String, AudioClip> clips = new LinkedHashMap<>();
    for (ProbeTask fold : folds) {
      Stream.concat(fold.pairs().stream(), fold.fold().test().stream())
          .map(AudioTextPair::clip)
          .forEach(clip -> clips.putIfAbsent(clip.contentKey(), clip));
    }
    clips.keySet().forEach(key -> rowOfClip.put(key, rowOfClip.size()));
    audio_ND = embedder.audio(List.copyOf(clips.values()));
  }

  /** Fits a probe to the training and validation clips of each fold, and tests it. */
  public ProbeResult result() {
    return ProbeResult.of(folds.stream().map(this::probe).toList());
  }

  private ProbeResult.Fold probe(ProbeTask task) {
    PairDataset fold = task.fold();
    INDArray clips_ND = embeddings(task.pairs());
    LinearProbe probe =
        task.isMultiLabel()
            ? LinearProbe.fitOneVersusRest(clips_ND, task.labels_NK())
            : LinearProbe.fit(clips_ND, task.labels_NK());
    INDArray scores_NK = probe.scores(embeddings(fold.test()));
    ZeroShotTask oneClassEach = task.isMultiLabel() ? null : fold.testTask();
    return new ProbeResult.Fold(
        fold.name(),
        oneClassEach == null ? null : ZeroShotMetrics.of(scores_NK, oneClassEach).accuracy(),
        MultiLabelMetrics.of(scores_NK, task.testLabels_NK()).meanAveragePrecision(),
        task.pairs().size(),
        fold.test().size());
  }

  private INDArray embeddings(List<AudioTextPair> pairs) {
    return audio_ND.getRows(
        pairs.stream()
            .mapToInt(pair -> rowOfClip.getOrDefault(pair.clip().contentKey(), -1))
            .toArray());
  }

  @Override
  public void close() {
    audio_ND.close();
  }
}
