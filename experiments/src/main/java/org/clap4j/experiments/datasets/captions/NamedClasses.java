package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.experiments.datasets.DatasetException;
import org.jspecify.annotations.Nullable;

/**
 * The classes that file names tell: all combinations of the attribute values that the data has, the
 * last attribute varying fastest.
 */
final class NamedClasses {

  private final FileNameClasses config;

  /** Sorted values of each attribute. */
  private final List<List<String>> values;

  /** Value of each attribute, for each class. */
  private final List<List<String>> classes;

  /**
   * Collects the values.
   *
   * @param files clips of all splits
   * @throws DatasetException if a name does not fit the pattern
   */
  NamedClasses(FileNameClasses config, Collection<Path> files) throws DatasetException {
    this.config = config;
    List<List<String>> seen = new ArrayList<>();
    for (Path file : files) {
      seen.add(config.valuesOf(file));
    }
    this.values =
        IntStream.range(0, config.attributes().size())
            .mapToObj(a -> seen.stream().map(v -> v.get(a)).distinct().sorted().toList())
            .toList();
    List<List<String>> combinations = List.of(List.of());
    for (List<String> next : values) {
      combinations =
          combinations.stream()
              .flatMap(head -> next.stream().map(value -> append(head, value)))
              .toList();
    }
    this.classes = combinations;
  }

  private static List<String> append(List<String> head, String value) {
    return Stream.concat(head.stream(), Stream.of(value)).toList();
  }

  /** Makes the task of a split's clips, or null if there are none. */
  @Nullable ZeroShotTask task(List<Path> files) throws DatasetException {
    if (files.isEmpty()) {
      return null;
    }
    List<Integer> labels = new ArrayList<>();
    for (Path file : files) {
      labels.add(classes.indexOf(config.valuesOf(file)));
    }
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int a = 0; a < values.size(); a++) {
      int attribute = a;
      List<String> ofAttribute = values.get(a);
      groups.put(
          config.attributes().get(a),
          classes.stream().map(c -> ofAttribute.indexOf(c.get(attribute))).toList());
    }
    List<List<String>> prompts = classes.stream().map(config::prompts).toList();
    return new ZeroShotTask(
        prompts.stream().map(ofClass -> ofClass.get(0)).toList(), prompts, labels, groups);
  }
}
