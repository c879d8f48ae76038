package org.clap4j.encoders.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.weights.ArrayUse;
import org.clap4j.core.weights.WeightFormat;
import org.clap4j.core.weights.WeightPiece;

/** Finds which array of a file fills which parameter, and what is left on either side. */
final class WeightMatch {

  private final TensorFile file;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Set<Part> parts;
  private final NamePatterns permitted;

  private final Map<String, List<Filling>> fillings = new LinkedHashMap<>();
  private final Set<String> filled = new LinkedHashSet<>();
  private final List<String> leftOver = new ArrayList<>();
  private final List<String> ofOtherParts = new ArrayList<>();
  private final List<String> allowed = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<String> misshapen = new ArrayList<>();
  private final List<String> repeated = new ArrayList<>();
  private boolean isEmpty = true;

  private WeightMatch(
      TensorFile file, List<Parameter> parameters, Set<Part> parts, NamePatterns permitted) {
    this.file = file;
    this.parts = parts;
    this.permitted = permitted;
    parameters.forEach(parameter -> this.parameters.put(parameter.name(), parameter));
  }

  /** A parameter and the piece of an array that goes into it. */
  record Filling(Parameter parameter, WeightPiece piece) {}

  /** Compares a file with a model; changes neither. */
  static WeightMatch of(
      TensorFile file,
      WeightFormat format,
      List<Parameter> parameters,
      Set<Part> parts,
      NamePatterns permitted)
      throws IOException {
    WeightMatch match = new WeightMatch(file, parameters, parts, permitted);
    for (String name : file.names()) {
      match.place(name, format.use(name));
    }
    match.findMissing();
    return match;
  }

  private void place(String name, Optional<ArrayUse> use) throws IOException {
    if (use.isEmpty()) {
      sort(name, name, unknown);
    } else if (use.get().pieces().isEmpty()) {
      leftOver.add(name);
    } else if (use.get().pieces().stream()
        .noneMatch(piece -> parts.contains(Part.ofName(piece.parameter())))) {
      ofOtherParts.add(name);
    } else if (use.get().pieces().stream().allMatch(this::isParameter)) {
      isEmpty = false;
      fill(name, use.get());
    } else if (use.get().otherwise() != null) {
      place(name, Optional.ofNullable(use.get().otherwise()));
    } else {
      sort(name, name, unknown);
    }
  }

  private boolean isParameter(WeightPiece piece) {
    return parameters.containsKey(piece.parameter());
  }

  private void fill(String name, ArrayUse use) throws IOException {
    List<Filling> found =
        use.pieces().stream().map(piece -> new Filling(parameter(piece), piece)).toList();
    List<Long> shape = file.shape(name);
    for (Filling filling : found) {
      long[] expected = filling.piece().arrayShape(filling.parameter().value().shape());
      if (!hasShape(shape, expected)) {
        misshapen.add(name + " " + shape + ", expected " + Arrays.toString(expected));
        use.pieces().forEach(piece -> filled.add(piece.parameter())); // it is not missing, too
        return;
      }
    }
    for (Filling filling : found) {
      if (!filled.add(filling.parameter().name())) {
        repeated.add(name);
        return;
      }
    }
    fillings.put(name, found);
  }

  private Parameter parameter(WeightPiece piece) {
    Parameter parameter = parameters.get(piece.parameter());
    if (parameter == null) {
      throw new IllegalStateException(piece.parameter() + " is no parameter");
    }
    return parameter;
  }

  private void findMissing() {
    for (Parameter parameter : parameters.values()) {
      String name = parameter.name();
      if (parts.contains(parameter.part()) && !filled.contains(name)) {
        sort(name, name, missing);
      }
    }
  }

  /** To what is allowed, or else to the problems. */
  private void sort(String name, String text, List<String> problems) {
    (permitted.match(name) ? allowed : problems).add(text);
  }

  /** A scalar may stand for one element. */
  private static boolean hasShape(List<Long> found, long[] expected) {
    boolean isOne = found.isEmpty() && Arrays.equals(expected, new long[] {1});
    return isOne || found.equals(Arrays.stream(expected).boxed().toList());
  }

  /** Whether no array is for any parameter that is asked for. */
  boolean isEmpty() {
    return isEmpty;
  }

  /** What does not fit, by kind; empty if all fits. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    addProblem(problems, "missing", missing);
    addProblem(problems, "not known to the model", unknown);
    addProblem(problems, "of another shape", misshapen);
    addProblem(problems, "there twice under different names", repeated);
    return problems;
  }

  private static void addProblem(List<String> problems, String what, Collection<String> names) {
    if (!names.isEmpty()) {
      problems.add(names.size() + " " + what + ": " + String.join("; ", names));
    }
  }

  /** The arrays that fill parameters, in the file's order. */
  Map<String, List<Filling>> fillings() {
    return fillings;
  }

  /** Arrays that are not needed. */
  List<String> leftOver() {
    return leftOver;
  }

  /** Arrays of parts that are not asked for. */
  List<String> ofOtherParts() {
    return ofOtherParts;
  }

  /** What does not fit and may. */
  List<String> allowed() {
    return allowed;
  }
}
