package org.clap4j.encoders.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.io.TensorFileException;
import org.clap4j.core.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Puts the arrays of a file into parameters, all or none, and accounts for every array. */
public final class PretrainedWeights {

  private PretrainedWeights() {}

  /**
   * Loads parameters.
   *
   * @param file the arrays
   * @param parameters what to fill
   * @param nameInFile given a parameter's name, the array's
   * @param isSpare arrays that may be left over
   * @throws IOException if arrays are missing, left over or of another shape: the message lists all
   *     of them, and no parameter has changed
   */
  public static void load(
      TensorFile file,
      List<Parameter> parameters,
      UnaryOperator<String> nameInFile,
      Predicate<String> isSpare)
      throws IOException {
    requireFit(file, parameters, nameInFile, isSpare);
    for (Parameter parameter : parameters) {
      INDArray value = parameter.value();
      try (INDArray array = file.array(nameInFile.apply(parameter.name()), value.dataType())) {
        value.assign(array.reshape(value.shape()));
      }
    }
  }

  private static void requireFit(
      TensorFile file,
      List<Parameter> parameters,
      UnaryOperator<String> nameInFile,
      Predicate<String> isSpare)
      throws IOException {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Set<String> left = new LinkedHashSet<>(file.names());
    for (Parameter parameter : parameters) {
      String name = nameInFile.apply(parameter.name());
      if (!left.remove(name)) {
        missing.add(name);
      } else if (!hasShape(file.shape(name), parameter.value().shape())) {
        misshapen.add(
            name
                + " "
                + file.shape(name)
                + ", expected "
                + Arrays.toString(parameter.value().shape()));
      }
    }
    left.removeIf(isSpare);
    List<String> problems = new ArrayList<>();
    addProblem(problems, "missing", missing);
    addProblem(problems, "not known to the model", left);
    addProblem(problems, "of another shape", misshapen);
    if (!problems.isEmpty()) {
      throw new TensorFileException(
          file.path(), "the weights do not fit the model: " + String.join(". ", problems));
    }
  }

  /** A scalar may stand for one element. */
  private static boolean hasShape(List<Long> found, long[] expected) {
    boolean isOne = found.isEmpty() && Arrays.equals(expected, new long[] {1});
    return isOne || found.equals(Arrays.stream(expected).boxed().toList());
  }

  private static void addProblem(List<String> problems, String what, Collection<String> names) {
    if (!names.isEmpty()) {
      problems.add(names.size() + " " + what + ": " + String.join("; ", names));
    }
  }
}
