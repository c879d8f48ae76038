package org.clap4j.experiments.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.io.Sha256;
import org.clap4j.core.model.Selected;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.experiments.config.ConfigWriter;

/**
 * The data that a run reads, as trackers know them: the same digest, the same clips and captions.
 */
final class DataParts {

  /** A server takes digests of up to 36 characters. */
  private static final int DIGEST_BYTES = 16;

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private DataParts() {}

  /**
   * The parts that are not empty.
   *
   * @param section where the data come from: the section of the configuration
   */
  static List<TrackedDataset> of(PairDataset data, Selected<?> section) {
    Map<String, String> source = new LinkedHashMap<>();
    source.put("type", section.type());
    source.putAll(ConfigWriter.flat(section.options()));
    Map<String, List<AudioTextPair>> uses = new LinkedHashMap<>();
    uses.put("training", data.train());
    uses.put("validation", data.validation());
    uses.put("test", data.test());
    List<TrackedDataset> parts = new ArrayList<>();
    uses.forEach(
        (use, pairs) -> {
          if (!pairs.isEmpty()) {
            parts.add(
                new TrackedDataset(
                    data.name(),
                    digest(pairs),
                    use,
                    section.type(),
                    GSON.toJson(source),
                    pairs.size(),
                    pairs.stream().mapToInt(pair -> pair.captions().size()).sum()));
          }
        });
    return parts;
  }

  private static String digest(List<AudioTextPair> pairs) {
    MessageDigest sha256 = Sha256.begin();
    for (AudioTextPair pair : pairs) {
      sha256.update(pair.clip().contentKey().getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      for (String caption : pair.captions()) {
        sha256.update(caption.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
      }
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
  }
}
