package org.clap4j.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.training.optim.ModelOptimizer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One whole checkpoint on disk.
 *
 * @param directory its directory, which also holds the tokenizer's files
 * @param state what {@code state.json} says
 */
public record Checkpoint(Path directory, TrainingState state) {

  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String STATE = "state.json";

  private static final int NAMES_SHOWN = 5;

  /**
   * Opens a checkpoint directory.
   *
   * @throws CheckpointException if a file is missing or the state is damaged
   */
  public static Checkpoint open(Path directory) throws IOException {
    return open(directory, List.of(MODEL, OPTIMIZER, STATE));
  }

  private static Checkpoint open(Path directory, List<String> files) throws IOException {
    for (String name : files) {
      if (!Files.isRegularFile(directory.resolve(name))) {
        throw new CheckpointException(directory, "is no checkpoint: " + name + " is missing");
      }
    }
    return new Checkpoint(directory, StateJson.read(directory.resolve(STATE)));
  }

  /**
   * Finds the checkpoint that a path means: a checkpoint directory itself, which may lack the
   * optimiser's file, or a run directory's best checkpoint, or its last where none is known to be
   * the best.
   *
   * @throws CheckpointException if the path is neither
   */
  public static Checkpoint find(Path path) throws IOException {
    return findIfAny(path)
        .orElseThrow(
            () ->
                new CheckpointException(
                    path,
                    "is neither a checkpoint directory (it has no "
                        + STATE
                        + ") nor a run directory with a finished checkpoint"));
  }

  /** Finds the checkpoint that a path means, if it means one. */
  public static Optional<Checkpoint> findIfAny(Path path) throws IOException {
    return Files.isRegularFile(path.resolve(STATE))
        ? Optional.of(open(path, List.of(MODEL, STATE)))
        : CheckpointStore.best(path);
  }

  /** The files that a model needs, sorted: all but the optimiser's. */
  public List<Path> modelFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith(OPTIMIZER))
          .sorted()
          .toList();
    }
  }

  /**
   * Reads the model's parameters.
   *
   * @throws CheckpointException if names or shapes differ from the model's
   */
  public void restoreModel(TwoTowerModel model) throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      arrays.put(parameter.name(), parameter.value());
    }
    restore(directory.resolve(MODEL), arrays, "model");
  }

  /**
   * Reads the optimiser's memory and its counts.
   *
   * @throws CheckpointException if names or shapes differ from the optimiser's
   */
  public void restoreOptimizer(ModelOptimizer optimizer) throws IOException {
    restore(directory.resolve(OPTIMIZER), optimizer.state(), "optimizer");
    optimizer.restoreUpdates(state.progress().updates());
  }

  private static void restore(Path file, Map<String, INDArray> arrays, String owner)
      throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      requireSameNames(file, tensors, arrays, owner);
      for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
        requireSameShape(file, tensors, entry.getKey(), entry.getValue(), owner);
      }
      for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
        try (INDArray stored = tensors.array(entry.getKey(), entry.getValue().dataType())) {
          entry.getValue().assign(stored);
        }
      }
    }
  }

  private static void requireSameNames(
      Path file, SafeTensors tensors, Map<String, INDArray> arrays, String owner)
      throws CheckpointException {
    TreeSet<String> missing = new TreeSet<>(arrays.keySet());
    missing.removeAll(tensors.names());
    TreeSet<String> unknown = new TreeSet<>(tensors.names());
    unknown.removeAll(arrays.keySet());
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new CheckpointException(
          file,
          "does not fit the %s: it lacks %s and has %s beside; was it written with another config?"
              .formatted(owner, some(missing), some(unknown)));
    }
  }

  private static String some(TreeSet<String> names) {
    if (names.isEmpty()) {
      return "nothing";
    }
    String first = String.join(", ", names.stream().limit(NAMES_SHOWN).toList());
    int more = names.size() - NAMES_SHOWN;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static void requireSameShape(
      Path file, SafeTensors tensors, String name, INDArray array, String owner)
      throws IOException {
    List<Long> stored = tensors.info(name).shape();
    List<Long> expected = Arrays.stream(array.shape()).boxed().toList();
    if (!stored.equals(expected)) {
      throw new CheckpointException(
          file, "%s has shape %s, the %s's has %s".formatted(name, stored, owner, expected));
    }
  }
}
