package org.clap4j.training.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.ClipCrop;
import org.clap4j.core.audio.ClipFill;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LongClips;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class FeatureExtractorTest {

  /** In dB: log-mels are float32 here, and double in transformers. At most 100 dB are there. */
  private static final double TOLERANCE = 5e-3 / 100;

  private static final int RATE_HZ = 8_000;
  private static final int HOP = 80;
  private static final double SECONDS = 0.25;
  private static final int BATCH = 5;
  private static final int[] LENGTHS = {
    1, 79, 81, 667, 999, 1001, 1999, 2000, 2001, 2079, 2080, 2081, 2301
  };

  private record Beginning(float[] waveform, int samples) implements AudioClip {
    @Override
    public String name() {
      return "the first " + samples;
    }

    @Override
    public String contentKey() {
      return name();
    }

    @Override
    public Waveform read(int sampleRateHz) {
      return new Waveform(Arrays.copyOf(waveform, samples), sampleRateHz);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clipsOfAnyLengthHaveTheLogMelsOfTransformers(boolean fuses) throws IOException {
    LogMelSettings frontEnd =
        fuses
            ? new LogMelSettings(RATE_HZ, 512, HOP, 64, 50, 3_800, MelScale.HTK, MelNorm.NONE)
            : new LogMelSettings(RATE_HZ, 512, HOP, 64, 50, 3_800, MelScale.SLANEY, MelNorm.SLANEY);
    AudioInput input =
        new AudioInput(
            frontEnd,
            new ClipLength(SECONDS, ClipFill.REPEAT_PAD, ClipCrop.RANDOM, LongClips.CENTRE),
            fuses);
    try (SafeTensors golden = Golden.fixture("clip_lengths").open("clip_lengths.safetensors")) {
      float[] waveform = golden.array("waveform", DataType.FLOAT).toFloatVector();
      List<AudioClip> clips = new ArrayList<>();
      for (int length : LENGTHS) {
        clips.add(new Beginning(waveform, length));
      }
      int clip = 0;
      try (FeatureExtractor extractor = new FeatureExtractor(clips, input, BATCH)) {
        while (extractor.hasNext()) {
          try (ClipFeatures batch = extractor.next()) {
            for (int row = 0; row < batch.clipIndices().size(); row++) {
              int length = LENGTHS[clip++];
              String name = (fuses ? "fusion." : "crop.") + length;
              INDArray expected_CFM = golden.array(name, DataType.FLOAT);
              boolean isLonger = fuses && length >= SECONDS * RATE_HZ + HOP;
              assertEquals(isLonger, batch.isLonger()[row], name);
              assertEquals(isLonger ? 4 : 1, expected_CFM.size(0), name);
              INDArray found_CFM = batch.logMel().slice(row);
              for (int map = 0; map < found_CFM.size(0); map++) {
                Golden.assertClose(
                    name + " map " + map,
                    expected_CFM.slice(isLonger ? map : 0),
                    found_CFM.slice(map),
                    TOLERANCE);
              }
            }
          }
        }
      }
      assertEquals(LENGTHS.length, clip);
    }
  }
}
