package org.clap4j.training.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

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
    return hash(config);
  }

  static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
