package org.clap4j.experiments.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.encoders.audio.cnn14.Cnn14Config;
import org.clap4j.encoders.audio.cnn14.Cnn14Factory;

/** The workloads that {@code clap4j bench} knows, by name. */
public final class Workloads {

  /** Frames of a clip of 6.9 s with PANNs' front end. */
  private static final int CNN14_FRAMES = 690;

  private Workloads() {}

  /** All workloads, in the order in which they are listed. */
  public static Map<String, Workload.Setup> byName() {
    Map<String, Workload.Setup> workloads = new LinkedHashMap<>();
    workloads.put("log-mel", LogMelWorkload::new);
    workloads.put("cnn14-forward", batch -> cnn14().forward(batch));
    workloads.put("cnn14-train", batch -> cnn14().train(batch));
    workloads.put("info-nce", InfoNceWorkload::new);
    return Collections.unmodifiableMap(workloads);
  }

  /** Full width, PANNs' dropout. */
  private static AudioTowerWorkload cnn14() {
    Cnn14Config config = new Cnn14Config(64, 6, FrontEndConfig.preset("panns"), 0.2, 0.5);
    return new AudioTowerWorkload(new Cnn14Factory().create(config), CNN14_FRAMES);
  }
}
