package org.clap4j.experiments.doctor;

import org.clap4j.core.kernels.Kernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The ND4J backend of this process. Reading it starts ND4J.
 *
 * @param backend {@code CpuBackend} or {@code JCublasBackend}
 * @param version ND4J's version
 * @param classifier the native library in use: {@code linux-x86_64-onednn-avx2}; {@code generic} if
 *     it was built without oneDNN
 * @param kernels {@code tiled} or {@code nd4j}, see {@link Kernels}
 */
record Engine(String backend, String version, String classifier, String kernels) {

  static Engine ofProcess() {
    return new Engine(
        Nd4j.getBackend().getClass().getSimpleName(),
        LibraryVersion.of("org.nd4j", "nd4j-api"),
        NativeClassifier.ofClassPath(),
        Kernels.of(DataType.FLOAT).name());
  }

  boolean isCpu() {
    return backend.equals("CpuBackend");
  }

  boolean hasOneDnn() {
    return classifier.contains("onednn");
  }
}
