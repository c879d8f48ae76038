package org.clap4j.experiments.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/** Says what computes: for checkpoints, tags and reports. */
final class Versions {

  private Versions() {}

  /** Versions and thread count by name. */
  static Map<String, String> byName() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("java", System.getProperty("java.version", "unknown"));
    versions.put("os", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
    versions.put("backend", Nd4j.getBackend().getClass().getSimpleName());
    versions.put("nd4j", version(Nd4j.class));
    versions.put("threads", String.valueOf(Nd4j.getEnvironment().maxThreads()));
    versions.put("clap4j", version(Versions.class));
    return versions;
  }

  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
