package org.clap4j.encoders.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.io.PyTorchCheckpoint;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.TensorFile;
import org.clap4j.core.io.TensorFileException;

/** Finds and opens files of weights. */
public final class WeightFiles {

  private static final List<String> IN_FOLDERS = List.of("model.safetensors", "pytorch_model.bin");
  private static final String SAFETENSORS = ".safetensors";

  private WeightFiles() {}

  /**
   * Opens a file of weights: safetensors by its ending, a PyTorch checkpoint otherwise.
   *
   * @param fileOrFolder the file, or a folder with {@code model.safetensors} or {@code
   *     pytorch_model.bin}
   * @param place dotted keys that lead to a PyTorch checkpoint's state dict; empty: there is one
   * @throws IOException if there is none or it is damaged; the message names the file
   */
  public static TensorFile open(Path fileOrFolder, String place) throws IOException {
    Path file = find(fileOrFolder);
    return file.toString().endsWith(SAFETENSORS)
        ? SafeTensors.open(file)
        : PyTorchCheckpoint.open(file, place);
  }

  private static Path find(Path fileOrFolder) throws IOException {
    if (!Files.isDirectory(fileOrFolder)) {
      return fileOrFolder;
    }
    return IN_FOLDERS.stream()
        .map(fileOrFolder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new TensorFileException(
                    fileOrFolder, "has no weights, neither " + String.join(" nor ", IN_FOLDERS)));
  }
}
