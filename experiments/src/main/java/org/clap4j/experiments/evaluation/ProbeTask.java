package org.clap4j.experiments.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a probe is fitted to and tested on: the classes of a fold's clips. They are the labels that
 * the clips carry, where they carry any, of which several may apply to one clip; else the classes
 * of the fold's tasks, of which one applies to each.
 *
 * @param fold the data
 * @param classNames K names
 * @param isMultiLabel whether several may apply to one clip
 * @param pairs of the training and validation part, which the probe is fitted to
 * @param labels class indices of each of them
 * @param testLabels class indices of each pair of the test part
 */
public record ProbeTask(
    PairDataset fold,
    List<String> classNames,
    boolean isMultiLabel,
    List<AudioTextPair> pairs,
    List<Set<Integer>> labels,
    List<Set<Integer>> testLabels) {

  /** Takes the classes of a fold; null if its training or test part has none. */
  public static @Nullable ProbeTask of(PairDataset fold) {
    if (hasLabels(fold.train()) && hasLabels(fold.test())) {
      return ofLabels(fold);
    }
    ZeroShotTask train = fold.trainTask();
    ZeroShotTask test = fold.testTask();
    return train == null || test == null ? null : ofTasks(fold, train, test);
  }

  private static boolean hasLabels(List<AudioTextPair> pairs) {
    return pairs.stream().anyMatch(pair -> !pair.labels().isEmpty());
  }

  private static ProbeTask ofLabels(PairDataset fold) {
    List<AudioTextPair> pairs = new ArrayList<>(fold.train());
    pairs.addAll(fold.validation());
    List<String> names =
        Stream.concat(pairs.stream(), fold.test().stream())
            .flatMap(pair -> pair.labels().stream())
            .distinct()
            .sorted()
            .toList();
    return new ProbeTask(
        fold, names, true, pairs, indices(pairs, names), indices(fold.test(), names));
  }

  private static List<Set<Integer>> indices(List<AudioTextPair> pairs, List<String> names) {
    Map<String, Integer> indexOf = new HashMap<>();
    names.forEach(name -> indexOf.put(name, indexOf.size()));
    return pairs.stream()
        .map(pair -> pair.labels().stream().map(indexOf::get).collect(Collectors.toSet()))
        .toList();
  }

  private static ProbeTask ofTasks(PairDataset fold, ZeroShotTask train, ZeroShotTask test) {
    List<AudioTextPair> pairs = new ArrayList<>(fold.train());
    List<Integer> labels = new ArrayList<>(train.labels());
    ZeroShotTask validation = fold.validationTask();
    if (validation != null) {
      pairs.addAll(fold.validation());
      labels.addAll(validation.labels());
    }
    return new ProbeTask(
        fold, train.classNames(), false, pairs, single(labels), single(test.labels()));
  }

  private static List<Set<Integer>> single(List<Integer> labels) {
    return labels.stream().map(Set::of).toList();
  }

  /**
   * Names the classes that are tested and have no clip to fit the probe to: it cannot learn them.
   */
  public List<String> untrainedClasses() {
    Set<Integer> trained = labels.stream().flatMap(Set::stream).collect(Collectors.toSet());
    return testLabels.stream()
        .flatMap(Set::stream)
        .distinct()
        .filter(label -> !trained.contains(label))
        .map(classNames::get)
        .toList();
  }

  /** 1 at each class of the pairs, else 0, [N, K]. */
  INDArray labels_NK() {
    return oneAtEach(labels);
  }

  /** 1 at each class of the test part's pairs, else 0, [N, K]. */
  INDArray testLabels_NK() {
    return oneAtEach(testLabels);
  }

  private INDArray oneAtEach(List<Set<Integer>> classes) {
    INDArray ones_NK = Nd4j.zeros(DataType.DOUBLE, classes.size(), classNames.size());
    for (int n = 0; n < classes.size(); n++) {
      for (int label : classes.get(n)) {
        ones_NK.putScalar(n, label, 1);
      }
    }
    return ones_NK;
  }
}
