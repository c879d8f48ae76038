package org.clap4j.core.kernels;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Which form of the kernels a process uses. */
enum KernelChoice {
  AUTO,
  TILED,
  ND4J;

  static final String PROPERTY = "clap4j.kernels";

  static KernelChoice fromSystemProperty() {
    return parse(System.getProperty(PROPERTY, "auto"));
  }

  static KernelChoice parse(String value) {
    return switch (value) {
      case "auto" -> AUTO;
      case "tiled" -> TILED;
      case "nd4j" -> ND4J;
      default ->
          throw new IllegalArgumentException(
              "system property "
                  + PROPERTY
                  + " is '"
                  + value
                  + "'; it must be auto, tiled or nd4j");
    };
  }

  Kernels kernels(DataType dataType) {
    boolean tileable = dataType == DataType.FLOAT && arraysAreInHostMemory();
    return switch (this) {
      case AUTO -> tileable ? TiledKernels.shared() : new Nd4jKernels();
      case ND4J -> new Nd4jKernels();
      case TILED -> {
        if (dataType == DataType.FLOAT && !tileable) {
          throw new IllegalStateException(
              "system property "
                  + PROPERTY
                  + " asks for tiled kernels, which need a CPU backend; set it to auto");
        }
        yield tileable ? TiledKernels.shared() : new Nd4jKernels();
      }
    };
  }

  private static boolean arraysAreInHostMemory() {
    return Nd4j.getBackend().getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("cpu");
  }
}
