package org.clap4j.core.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A file of named arrays, such as pretrained weights. */
public interface TensorFile extends Closeable {

  /** Where the file is. */
  Path path();

  /** Names of the arrays, in the file's order. */
  Set<String> names();

  /**
   * Shape of an array, row-major; empty for a scalar.
   *
   * @throws IOException if there is none of that name; the message names the file
   */
  List<Long> shape(String name) throws IOException;

  /**
   * Reads an array as a type; narrowing rounds.
   *
   * @return a new array of the file's shape, 'c'-ordered
   * @throws IOException if there is none of that name or its bytes are missing
   */
  INDArray array(String name, DataType type) throws IOException;
}
