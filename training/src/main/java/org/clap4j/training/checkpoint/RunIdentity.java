package org.clap4j.training.checkpoint;

import java.util.Map;
import java.util.TreeMap;
import org.clap4j.core.io.Sha256;

/**
 * What stays the same over a run.
 *
 * @param seed the seed that all randomness of the run derives from
 * @param config the resolved configuration, as text
 * @param versions of what computes, by name
 */
public record RunIdentity(long seed, String config, Map<String, String> versions) {

  /** Sorts the versions. */
  public RunIdentity {
    versions = java.util.Collections.unmodifiableMap(new TreeMap<>(versions));
  }

  /** SHA-256 of the configuration's text, in hexadecimal. */
  public String configHash() {
    return Sha256.ofText(config);
  }
}
