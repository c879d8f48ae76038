package com.example.clap4j;

import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.AudioEncoderContract;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MomentsEncoderTest extends AudioEncoderContract {

  private static final int FRAMES = 5;
  private static final int MEL_BINS = 64;

  @Override
  protected AudioEncoder encoder() {
    return new MomentsEncoder(new MomentsConfig(4, FrontEndConfig.preset("panns")));
  }

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
    return List.of(
        "audio_encoder.norm.weight",
        "audio_encoder.norm.bias",
        "audio_encoder.hidden.weight",
        "audio_encoder.hidden.bias",
        "audio_encoder.output.weight",
        "audio_encoder.output.bias");
  }
}
