package org.clap4j.experiments.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.audio.cnn14.Cnn14Config;
import org.clap4j.encoders.audio.cnn14.Cnn14Factory;
import org.clap4j.encoders.audio.htsat.HtsatConfig;
import org.clap4j.encoders.audio.htsat.HtsatEncoder;
import org.clap4j.encoders.audio.htsat.HtsatFusion;
import org.clap4j.encoders.audio.htsat.HtsatPreset;
import org.clap4j.encoders.text.pretrained.Pooler;
import org.clap4j.encoders.text.pretrained.RobertaConfig;
import org.clap4j.encoders.text.pretrained.RobertaFactory;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.losses.InfoNce;
import org.clap4j.losses.InfoNceConfig;
import org.clap4j.losses.Sigmoid;
import org.clap4j.losses.SigmoidConfig;

/** The workloads that {@code clap4j bench} knows, by name. */
public final class Workloads {

  private final Map<String, Workload.Setup> byName;

  /** Frames of a clip of 6.9 s with PANNs' front end. */
  private static final int CNN14_FRAMES = 690;

  /** Frames of a clip of 10 s with LAION's front end. */
  private static final int HTSAT_FRAMES = 1001;

  private static final int ROBERTA_TOKENS = 32;

  /**
   * Takes workloads.
   *
   * @param byName how each is set up, in the order in which they are listed
   */
  public Workloads(Map<String, Workload.Setup> byName) {
    this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** All workloads, in the order in which they are listed. */
  public Map<String, Workload.Setup> byName() {
    return byName;
  }

  /**
   * The workloads of the parts that training and inference spend their time in.
   *
   * @param binder reads the configurations of whole models
   * @param reader reads their recordings
   */
  public static Workloads standard(ConfigBinder binder, AudioReader reader) {
    EmbedWorkload cnn14 = new EmbedWorkload(binder, reader, "{type: cnn14}");
    EmbedWorkload htsat = new EmbedWorkload(binder, reader, "{type: htsat}");
    Map<String, Workload.Setup> workloads = new LinkedHashMap<>();
    workloads.put("log-mel", LogMelWorkload::new);
    workloads.put("cnn14-forward", batch -> cnn14().forward(batch));
    workloads.put("cnn14-train", batch -> cnn14().train(batch));
    workloads.put("htsat-tiny-forward", batch -> htsat().forward(batch));
    workloads.put("htsat-tiny-train", batch -> htsat().train(batch));
    workloads.put("roberta-base-forward", batch -> roberta().forward(batch));
    workloads.put("roberta-base-train", batch -> roberta().train(batch));
    workloads.put("info-nce", pairs -> new LossWorkload(infoNce(), pairs));
    workloads.put("sigmoid", pairs -> new LossWorkload(sigmoid(), pairs));
    workloads.put("retrieval", RetrievalWorkload::new);
    workloads.put("embed", cnn14::fromFiles);
    workloads.put("embed-tower", cnn14::fromLogMels);
    workloads.put("embed-htsat-tiny", htsat::fromFiles);
    workloads.put("embed-tower-htsat-tiny", htsat::fromLogMels);
    return new Workloads(workloads);
  }

  /** Full width, PANNs' dropout. */
  private static TowerWorkload cnn14() {
    Cnn14Config config = new Cnn14Config(64, 6, FrontEndConfig.preset("panns"), 0.2, 0.5);
    return TowerWorkload.audio(new Cnn14Factory().create(config), CNN14_FRAMES);
  }

  /** HTSAT-tiny with the dropout that transformers has by default. */
  private static TowerWorkload htsat() {
    HtsatConfig config =
        new HtsatConfig(
            HtsatPreset.TINY,
            null,
            null,
            null,
            256,
            4,
            8,
            4,
            0.1,
            0,
            0,
            HtsatFusion.NONE,
            FrontEndConfig.preset("laion"));
    return TowerWorkload.audio(new HtsatEncoder(config), HTSAT_FRAMES);
  }

  /** As roberta-base is pretrained, dropout included. */
  private static TowerWorkload roberta() {
    RobertaConfig config =
        new RobertaConfig(50_265, 514, 12, 768, 12, 3072, 0.1, 0.1, 1e-5, 1, 1, Pooler.POOLER);
    Tokenizer tokenizer = new NoTokenizer(config.vocabularySize(), ROBERTA_TOKENS);
    return TowerWorkload.text(new RobertaFactory().create(config, tokenizer), ROBERTA_TOKENS);
  }

  private static ContrastiveLoss infoNce() {
    return InfoNce.of(InfoNceConfig.of(TemperatureConfig.fixed(14.2857)));
  }

  private static ContrastiveLoss sigmoid() {
    return Sigmoid.of(new SigmoidConfig(TemperatureConfig.learnable(10, 100), -10));
  }
}
