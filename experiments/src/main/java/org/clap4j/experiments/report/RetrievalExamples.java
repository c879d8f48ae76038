package org.clap4j.experiments.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Picks the captions that retrieval serves best and worst, and keeps them in {@code
 * eval/retrieval.json} of a run directory; beside it {@code eval/retrieval-table.json} has the same
 * as a table that MLflow's dashboard shows.
 */
public final class RetrievalExamples {

  /** Where a run directory, and the run's artifacts, have the examples. */
  public static final String FILE = "eval/retrieval.json";

  /** The same as a table for MLflow. */
  public static final String TABLE_FILE = "eval/retrieval-table.json";

  private static final int HITS = 5;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final TypeToken<List<RetrievalExample>> LIST = new TypeToken<>() {};

  private RetrievalExamples() {}

  /**
   * Ranks all clips for each caption and picks the {@code count} captions whose right clip ranks
   * highest and the {@code count} whose ranks lowest; best first.
   *
   * @param text_MD unit-length caption embeddings
   * @param audio_ND unit-length clip embeddings
   * @param captions the M captions
   * @param clips the names of the N clips
   * @param right for each caption the indices of the clips that it belongs to; a caption without
   *     any is left out
   */
  public static List<RetrievalExample> pick(
      INDArray text_MD,
      INDArray audio_ND,
      List<String> captions,
      List<String> clips,
      List<Set<Integer>> right,
      int count) {
    List<Ranked> all = new ArrayList<>();
    for (int caption = 0; caption < captions.size(); caption++) {
      if (!right.get(caption).isEmpty()) {
        all.add(ranked(caption, scores(text_MD, caption, audio_ND), right.get(caption)));
      }
    }
    all.sort(
        Comparator.comparingInt(Ranked::rank)
            .thenComparing(ranked -> -ranked.bestScore())
            .thenComparing(ranked -> captions.get(ranked.caption())));
    int best = Math.min(count, (all.size() + 1) / 2);
    int worst = Math.min(count, all.size() - best);
    List<Ranked> picked = new ArrayList<>(all.subList(0, best));
    picked.addAll(all.subList(all.size() - worst, all.size()));
    return picked.stream()
        .map(
            ranked ->
                new RetrievalExample(
                    captions.get(ranked.caption()),
                    ranked.rank(),
                    clips.size(),
                    hits(
                        scores(text_MD, ranked.caption(), audio_ND),
                        clips,
                        right.get(ranked.caption()),
                        ranked.rank())))
        .toList();
  }

  /**
   * A caption, the rank of its first right clip, and the score of the clip that was found first.
   */
  private record Ranked(int caption, int rank, double bestScore) {}

  private static double[] scores(INDArray text_MD, int caption, INDArray audio_ND) {
    try (INDArray scores_N1 = audio_ND.mmul(text_MD.getRow(caption, true).transpose())) {
      return scores_N1.toDoubleVector();
    }
  }

  /** Counts the clips before the first right one, which costs less than to put all in order. */
  private static Ranked ranked(int caption, double[] scores, Set<Integer> right) {
    int first = right.stream().min(order(scores)).orElseThrow();
    int rank = 1;
    double bestScore = scores[first];
    for (int clip = 0; clip < scores.length; clip++) {
      double lead = Double.compare(scores[clip], scores[first]);
      if (lead > 0 || (lead == 0 && clip < first)) {
        rank++;
        bestScore = Math.max(bestScore, scores[clip]);
      }
    }
    return new Ranked(caption, rank, bestScore);
  }

  /** The order in which clips are found: higher scores first, equal ones as they come. */
  private static Comparator<Integer> order(double[] scores) {
    return Comparator.comparingDouble((Integer clip) -> -scores[clip])
        .thenComparing(Comparator.naturalOrder());
  }

  /** The clips that are found first, and the first right one. */
  private static List<RetrievalExample.Hit> hits(
      double[] scores, List<String> clips, Set<Integer> right, int rank) {
    List<Integer> order = IntStream.range(0, scores.length).boxed().sorted(order(scores)).toList();
    return IntStream.range(0, scores.length)
        .filter(place -> place < HITS || place == rank - 1)
        .mapToObj(
            place -> {
              int clip = order.get(place);
              return new RetrievalExample.Hit(
                  place + 1, clips.get(clip), scores[clip], right.contains(clip));
            })
        .toList();
  }

  /** Writes both files into a run directory. */
  public static void save(Path runDirectory, List<RetrievalExample> examples) throws IOException {
    Path file = runDirectory.resolve(FILE);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, GSON.toJson(examples) + "\n");
    saveTable(runDirectory.resolve(TABLE_FILE), examples);
  }

  /**
   * Writes examples as a table for MLflow: caption, what was found, rank of the first right clip.
   */
  public static void saveTable(Path file, List<RetrievalExample> examples) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (RetrievalExample example : examples) {
      rows.add(List.of(example.caption(), found(example), example.rank()));
    }
    MlflowTable.save(file, List.of("caption", "found", "rank"), rows);
  }

  /** The clips that were found, in their order: the dashboard's table has one cell per caption. */
  private static String found(RetrievalExample example) {
    return example.hits().stream()
        .map(
            hit ->
                String.format(
                    Locale.ROOT,
                    "%d. %s%s %.2f",
                    hit.rank(),
                    hit.right() ? "✓ " : "",
                    hit.clip(),
                    hit.score()))
        .collect(Collectors.joining("; "));
  }

  /** Reads the examples of a run; none if it has no such file. */
  public static List<RetrievalExample> load(Path runDirectory) throws IOException {
    Path file = runDirectory.resolve(FILE);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<RetrievalExample> examples = GSON.fromJson(Files.readString(file), LIST.getType());
      return examples == null ? List.of() : examples;
    } catch (JsonParseException e) {
      throw new IOException(file + " is no list of retrieval examples: " + e.getMessage(), e);
    }
  }
}
