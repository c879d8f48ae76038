package org.clap4j.encoders.weights;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.io.TensorFileException;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.weights.WeightFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Puts the arrays of a file into parameters, all or none, and accounts for every array. */
public final class PretrainedWeights {

  private PretrainedWeights() {}

  /**
   * What became of a file's arrays.
   *
   * @param arrays how many have filled parameters
   * @param parameters how many parameters they have filled
   * @param leftOver arrays that are not needed, by the format's rules
   * @param ofOtherParts arrays of parts that were not asked for
   * @param allowed arrays and parameters that do not fit and were allowed not to
   */
  public record Account(
      int arrays,
      int parameters,
      List<String> leftOver,
      List<String> ofOtherParts,
      List<String> allowed) {

    /** Copies the lists. */
    public Account {
      leftOver = List.copyOf(leftOver);
      ofOtherParts = List.copyOf(ofOtherParts);
      allowed = List.copyOf(allowed);
    }
  }

  /** Loads all parameters of a model. */
  public static Account load(TensorFile file, WeightFormat format, List<Parameter> parameters)
      throws IOException {
    return load(file, format, parameters, Set.of(Part.values()), NamePatterns.none());
  }

  /**
   * Loads the parameters of some parts of a model.
   *
   * @param file the arrays
   * @param format what they are called
   * @param parameters all parameters of the model
   * @param parts what to load
   * @param allowed arrays that may be left over though the model does not know them, and parameters
   *     that may keep their values; an array of another shape is never allowed
   * @throws IOException if anything else is missing, left over or of another shape: the message
   *     lists all of it, and no parameter has changed
   */
  public static Account load(
      TensorFile file,
      WeightFormat format,
      List<Parameter> parameters,
      Set<Part> parts,
      NamePatterns allowed)
      throws IOException {
    WeightMatch match = WeightMatch.of(file, format, parameters, parts, allowed);
    if (match.isEmpty()) {
      throw new TensorFileException(
          file.path(), "has no array of what is asked for, of " + file.names().size() + " arrays");
    }
    List<String> problems = match.problems();
    if (!problems.isEmpty()) {
      throw new TensorFileException(
          file.path(), "the weights do not fit the model: " + String.join(". ", problems));
    }
    int filled = 0;
    for (Map.Entry<String, List<WeightMatch.Filling>> entry : match.fillings().entrySet()) {
      DataType type = entry.getValue().get(0).parameter().value().dataType();
      try (INDArray array = file.array(entry.getKey(), type)) {
        for (WeightMatch.Filling filling : entry.getValue()) {
          fill(filling, array);
          filled++;
        }
      }
    }
    return new Account(
        match.fillings().size(), filled, match.leftOver(), match.ofOtherParts(), match.allowed());
  }

  private static void fill(WeightMatch.Filling filling, INDArray array) {
    INDArray value = filling.parameter().value();
    INDArray piece = filling.piece().of(array);
    value.assign(piece.rank() == value.rank() ? piece : piece.reshape(value.shape()));
  }
}
