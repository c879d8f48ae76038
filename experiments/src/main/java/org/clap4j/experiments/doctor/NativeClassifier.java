package org.clap4j.experiments.doctor;

import java.util.List;
import org.bytedeco.javacpp.Loader;

/** Tells which native library of ND4J the class path has. */
final class NativeClassifier {

  private static final String CPU_BINDINGS = "/org/nd4j/linalg/cpu/nativecpu/bindings/";

  /** In the order in which ND4J prefers them. */
  private static final List<String> EXTENSIONS =
      List.of("-onednn-avx512", "-onednn-avx2", "-onednn", "-avx512", "-avx2", "");

  private NativeClassifier() {}

  /** The classifier of the CPU backend's library; {@code none} if the class path has no such. */
  static String ofClassPath() {
    String library = System.mapLibraryName("jnind4jcpu");
    return EXTENSIONS.stream()
        .map(extension -> Loader.getPlatform() + extension)
        .filter(
            classifier ->
                NativeClassifier.class.getResource(CPU_BINDINGS + classifier + "/" + library)
                    != null)
        .findFirst()
        .orElse("none");
  }
}
