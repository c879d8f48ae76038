package org.clap4j.encoders.audio.cnn14;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.AudioEncoderContract;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** PANNs' encoders keep what every audio encoder keeps. */
class CnnContractTest {

  /** Enough for four halvings of frames and mel bins, with a frame over. */
  private static final int FRAMES = 37;

  private static final int MEL_BINS = 16;
  private static final FrontEndConfig FRONT_END =
      new FrontEndConfig("panns", null, null, null, MEL_BINS, null, null);

  @Nested
  class Cnn14 extends CnnContract {

    @Override
    protected AudioEncoder encoder() {
      return new Cnn14Factory().create(new Cnn14Config(2, 4, FRONT_END, 0.2, 0.5));
    }

    @Override
    int convolutions() {
      return 2;
    }
  }

  @Nested
  class Cnn10 extends CnnContract {

    @Override
    protected AudioEncoder encoder() {
      return SmallCnnFactory.cnn10().create(new SmallCnnConfig(2, FRONT_END, 0.2, 0.5));
    }

    @Override
    int convolutions() {
      return 2;
    }
  }

  @Nested
  class Cnn6 extends CnnContract {

    @Override
    protected AudioEncoder encoder() {
      return SmallCnnFactory.cnn6().create(new SmallCnnConfig(2, FRONT_END, 0.2, 0.5));
    }

    @Override
    int convolutions() {
      return 1;
    }
  }

  private abstract static class CnnContract extends AudioEncoderContract {

    private static final List<String> NORM =
        List.of("weight", "bias", "running_mean", "running_var");

    /** Convolutions of each of the four blocks. */
    abstract int convolutions();

    @Override
    protected INDArray logMel() {
      SplittableRandom random = RandomSeed.of(1).generator();
      INDArray decibels = Nd4j.create(DataType.FLOAT, 2, 1, FRAMES, MEL_BINS);
      for (long i = 0; i < decibels.length(); i++) {
        decibels.putScalar(i, -40 + 10 * random.nextGaussian());
      }
      return decibels;
    }

    @Override
    protected List<String> parameterNames() {
      List<String> names = new ArrayList<>();
      NORM.forEach(array -> names.add("audio_encoder.bn0." + array));
      for (int block = 1; block <= 4; block++) {
        String prefix = "audio_encoder.conv_block" + block;
        for (int i = 1; i <= convolutions(); i++) {
          names.add(prefix + ".conv" + i + ".weight");
          for (String array : NORM) {
            names.add(prefix + ".bn" + i + "." + array);
          }
        }
      }
      names.add("audio_encoder.fc1.weight");
      names.add("audio_encoder.fc1.bias");
      return names;
    }
  }
}
