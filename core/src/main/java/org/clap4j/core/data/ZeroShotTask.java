package org.clap4j.core.data;

import java.util.List;
import java.util.Map;

/**
 * A classification by text prompts alone. A class is a column; its embedding is the normalised mean
 * of its prompts' embeddings.
 *
 * @param classNames name of each of the K classes
 * @param prompts K lists of one prompt or more: the prompt ensemble of each class
 * @param labels class index of each pair of the split that the task belongs to
 * @param attributes named coarser groupings of the classes, each [K]: class index to group index. A
 *     prediction counts for an attribute when predicted and true class fall in one group. Empty for
 *     plain tasks.
 */
public record ZeroShotTask(
    List<String> classNames,
    List<List<String>> prompts,
    List<Integer> labels,
    Map<String, List<Integer>> attributes) {

  /** Checks sizes and ranges. */
  public ZeroShotTask {
    classNames = List.copyOf(classNames);
    prompts = prompts.stream().map(List::copyOf).toList();
    labels = List.copyOf(labels);
    attributes = Map.copyOf(attributes);
    int classes = classNames.size();
    if (prompts.size() != classes || prompts.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("each of the " + classes + " classes needs a prompt");
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException("label " + label + " is not in [0, " + classes + ")");
      }
    }
    attributes.forEach(
        (name, groups) -> {
          if (groups.size() != classes) {
            throw new IllegalArgumentException(
                "attribute "
                    + name
                    + " has "
                    + groups.size()
                    + " entries for "
                    + classes
                    + " classes");
          }
        });
  }
}
