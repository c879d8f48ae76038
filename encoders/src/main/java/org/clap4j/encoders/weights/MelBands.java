package org.clap4j.encoders.weights;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelFilterBank;
import org.clap4j.core.io.TensorFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mel bands that an audio encoder was trained with, where its file holds them: PANNs, HTS-AT
 * and what is made of these keep {@code logmel_extractor.melW} [spectrumBins, melBins] beside their
 * weights.
 */
public final class MelBands {

  private static final String ARRAY = "logmel_extractor.melW";

  /** Of the largest weight: banks are computed in float32 there, and differ by far more or not. */
  private static final double TOLERANCE = 1e-3;

  private final String name;
  private final INDArray weights_KM;

  private MelBands(String name, INDArray weights_KM) {
    this.name = name;
    this.weights_KM = weights_KM;
  }

  /** Reads the bands; empty if the file has none. */
  public static Optional<MelBands> of(TensorFile file) throws IOException {
    Optional<String> name = file.names().stream().filter(n -> n.endsWith(ARRAY)).findFirst();
    return name.isPresent()
        ? Optional.of(new MelBands(name.get(), file.array(name.get(), DataType.FLOAT)))
        : Optional.empty();
  }

  /** Whether they are those of a front end. */
  public boolean areOf(LogMelSettings settings) {
    try (INDArray bank_MK = Nd4j.createFromArray(MelFilterBank.of(settings).dense())) {
      INDArray bank_KM = bank_MK.transpose();
      return bank_KM.equalShapes(weights_KM)
          && bank_KM.sub(weights_KM).amaxNumber().doubleValue()
              <= TOLERANCE * bank_KM.amaxNumber().doubleValue();
    }
  }

  /** The array's name in the file. */
  public String name() {
    return name;
  }

  /** The presets that have these bands. */
  public List<String> presets() {
    return LogMelSettings.presetNames().stream()
        .filter(preset -> areOf(LogMelSettings.preset(preset)))
        .toList();
  }
}
