package org.clap4j.experiments.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.Scoring;
import org.clap4j.experiments.evaluation.EvaluationResult.Scores;
import org.clap4j.experiments.report.RetrievalExample;
import org.clap4j.experiments.report.RetrievalExamples;
import org.clap4j.training.evaluation.BatchedLoss;
import org.clap4j.training.evaluation.RetrievalEvaluator;
import org.clap4j.training.evaluation.RetrievalMetrics;
import org.clap4j.training.evaluation.ZeroShotClassifier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The embeddings of a dataset's pairs, and what can be measured on them. Clips and captions are
 * compared as the model's loss says; embeddings that are trained to be cut short are measured at
 * each of their lengths as well.
 *
 * <p>Retrieval counts the clip that a caption was written for as the only right one. Where most
 * captions stand at several clips, as templates of class names do, that would be wrong, and
 * retrieval is left out.
 */
public final class PairEvaluation implements AutoCloseable {

  /** Share of captions that must belong to one clip alone for retrieval to mean something. */
  private static final double LEAST_DISTINCT = 0.5;

  private final Embedder embedder;
  private final List<AudioTextPair> pairs;
  private final @Nullable ZeroShotTask task;
  private final List<String> captions = new ArrayList<>();
  private final List<Integer> clipOfCaption = new ArrayList<>();
  private final Scoring scoring;
  private final List<String> texts;
  private final int[] textOfCaption;
  private final INDArray audio_ND;
  private @Nullable INDArray text_TD;

  /**
   * Embeds the clips.
   *
   * @param embedder of the model that is measured
   * @param pairs N clips with one caption or more each
   * @param task classes of the clips, if they have any
   * @throws AudioException if a clip cannot be read
   */
  public PairEvaluation(Embedder embedder, List<AudioTextPair> pairs, @Nullable ZeroShotTask task)
      throws AudioException {
    this.embedder = embedder;
    this.scoring = embedder.model().scoring();
    this.pairs = List.copyOf(pairs);
    this.task = task;
    for (int clip = 0; clip < pairs.size(); clip++) {
      for (String caption : pairs.get(clip).captions()) {
        captions.add(caption);
        clipOfCaption.add(clip);
      }
    }
    texts = captions.stream().distinct().toList();
    Map<String, Integer> indices = new HashMap<>();
    texts.forEach(text -> indices.put(text, indices.size()));
    textOfCaption = captions.stream().mapToInt(indices::get).toArray();
    List<AudioClip> clips = pairs.stream().map(AudioTextPair::clip).toList();
    audio_ND = embedder.audio(clips);
  }

  /** Measures all that applies. */
  public EvaluationResult result() {
    ZeroShotClassifier classifier =
        task == null ? null : ZeroShotClassifier.of(task.prompts(), embedder::text);
    Scores whole = scores(classifier, scoring);
    SortedMap<Integer, Scores> prefixes = new TreeMap<>();
    for (int dim : embedder.model().loss().prefixDims()) {
      prefixes.put(dim, scores(classifier, Scoring.ofPrefix(dim)));
    }
    return new EvaluationResult(
        whole.zeroShot(),
        whole.retrieval(),
        prefixes.isEmpty() ? null : prefixes,
        pairs.size(),
        captions.size());
  }

  private Scores scores(@Nullable ZeroShotClassifier classifier, Scoring by) {
    return new Scores(
        classifier == null || task == null
            ? null
            : classifier.scoredBy(by).evaluate(audio_ND, task),
        retrieval(by));
  }

  private @Nullable RetrievalMetrics retrieval(Scoring by) {
    if (!captionsTellClipsApart()) {
      return null;
    }
    int[] clips = clipOfCaption.stream().mapToInt(Integer::intValue).toArray();
    try (INDArray text_MD = distinctText().getRows(textOfCaption)) {
      return RetrievalEvaluator.evaluate(
          by.audioRows().apply(audio_ND), by.textRows().apply(text_MD), clips);
    }
  }

  /** Embeds the T different captions, once. */
  private INDArray distinctText() {
    INDArray embeddings = text_TD;
    if (embeddings == null) {
      embeddings = embedder.text(texts);
      text_TD = embeddings;
    }
    return embeddings;
  }

  /** The embeddings of the first caption of each of the first C clips, [C, D]; to be closed. */
  private INDArray firstCaptions(int clips) {
    int[] first = new int[clips];
    for (int m = captions.size() - 1; m >= 0; m--) {
      if (clipOfCaption.get(m) < clips) {
        first[clipOfCaption.get(m)] = textOfCaption[m];
      }
    }
    return distinctText().getRows(first);
  }

  /**
   * Computes the contrastive loss of the clips and the first caption of each.
   *
   * @param loss in batches as training has them
   * @param parameters the loss's
   */
  public double loss(BatchedLoss loss, LossParameters parameters) {
    PairIds ids =
        new PairIds(
            ids(pairs.stream().map(pair -> pair.clip().contentKey())),
            ids(pairs.stream().map(pair -> pair.captions().get(0))));
    try (INDArray text_ND = firstCaptions(pairs.size())) {
      return loss.mean(audio_ND, text_ND, ids, parameters);
    }
  }

  /** Equal texts get equal ids. */
  private static long[] ids(Stream<String> texts) {
    Map<String, Long> known = new HashMap<>();
    return texts
        .mapToLong(text -> known.computeIfAbsent(text, absent -> (long) known.size()))
        .toArray();
  }

  /**
   * The scores of the first clips, at most {@code most}, and the first caption of each: a row per
   * caption, a column per clip.
   */
  public double[][] similarity(int most) {
    int clips = Math.min(most, pairs.size());
    try (INDArray text_CD = firstCaptions(clips);
        INDArray audio_CD =
            audio_ND.get(NDArrayIndex.interval(0, clips), NDArrayIndex.all()).dup();
        INDArray similarity_CC =
            scoring
                .textRows()
                .apply(text_CD)
                .mmul(scoring.audioRows().apply(audio_CD).transpose())) {
      return similarity_CC.toDoubleMatrix();
    }
  }

  private boolean captionsTellClipsApart() {
    Map<String, Set<Integer>> clips = clipsByCaption();
    long distinct =
        captions.stream().filter(caption -> clipsOf(clips, caption).size() == 1).count();
    return distinct >= LEAST_DISTINCT * captions.size();
  }

  private Map<String, Set<Integer>> clipsByCaption() {
    Map<String, Set<Integer>> clips = new HashMap<>();
    for (int m = 0; m < captions.size(); m++) {
      clips.computeIfAbsent(captions.get(m), caption -> new HashSet<>()).add(clipOfCaption.get(m));
    }
    return clips;
  }

  private static Set<Integer> clipsOf(Map<String, Set<Integer>> clips, String caption) {
    return clips.getOrDefault(caption, Set.of());
  }

  /** Picks the captions that are served best and worst, each text once. */
  public List<RetrievalExample> examples(int count) {
    Map<String, Set<Integer>> clips = clipsByCaption();
    return RetrievalExamples.pick(
        scoring.textRows().apply(distinctText()),
        scoring.audioRows().apply(audio_ND),
        texts,
        pairs.stream().map(pair -> pair.clip().name()).toList(),
        texts.stream().map(text -> clipsOf(clips, text)).toList(),
        count);
  }

  /** Frees the embeddings. */
  @Override
  public void close() {
    audio_ND.close();
    if (text_TD != null) {
      text_TD.close();
    }
  }
}
