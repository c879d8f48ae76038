package org.clap4j.core.tracking;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained model that a run leaves.
 *
 * @param name the name under which servers list it
 * @param step after which it was like this; a run has one model of a step
 * @param directory its files, which must stay
 * @param params what it was made from, by dotted key
 * @param metrics names of metrics, recorded before, that were measured on it
 * @param measuredOn the data that they were measured on; null where nothing was measured
 */
public record TrackedModel(
    String name,
    long step,
    Path directory,
    Map<String, String> params,
    List<String> metrics,
    @Nullable TrackedDataset measuredOn) {

  public TrackedModel {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a model needs a name, was blank");
    }
    params = new LinkedHashMap<>(params);
    metrics = List.copyOf(metrics);
  }
}
