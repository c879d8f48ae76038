package org.clap4j.encoders.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.encoders.audio.cnn14.Cnn14Config;
import org.clap4j.encoders.audio.cnn14.Cnn14Factory;
import org.clap4j.encoders.audio.htsat.HtsatConfig;
import org.clap4j.encoders.audio.htsat.HtsatEncoder;
import org.clap4j.encoders.audio.htsat.HtsatFusion;
import org.clap4j.encoders.audio.htsat.HtsatPreset;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An encoder of ours below an output layer of DL4J's, trained by DL4J. */
class OwnGraphTest {

  private static final int CLIPS = 8;
  private static final int FRAMES = 20;
  private static final int MEL_BINS = 16;

  private static final AudioEncoder ENCODER =
      new Cnn14Factory()
          .create(
              new Cnn14Config(
                  4, 3, new FrontEndConfig("panns", null, null, null, MEL_BINS, null, null), 0, 0));

  private static final AudioEncoder HTSAT =
      new HtsatEncoder(
          new HtsatConfig(
              HtsatPreset.TINY,
              4,
              List.of(2, 1),
              List.of(2, 4),
              32,
              4,
              4,
              2,
              0,
              0,
              0,
              HtsatFusion.NONE,
              new FrontEndConfig("panns", null, null, null, MEL_BINS, null, null)));

  private static ComputationGraph classifier(IUpdater encoderUpdater) {
    return classifier(ENCODER, encoderUpdater);
  }

  private static ComputationGraph classifier(AudioEncoder encoder, IUpdater encoderUpdater) {
    ComputationGraphConfiguration.GraphBuilder graph = builder();
    String features =
        encoder.addTo(GraphBuilder.into(graph, encoderUpdater), "audio_encoder", "log-mel");
    graph.addLayer("class", output(encoder), features).setOutputs("class");
    ComputationGraph classifier = new ComputationGraph(graph.build());
    classifier.init();
    return classifier;
  }

  private static ComputationGraphConfiguration.GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(1e-2))
        .graphBuilder()
        .addInputs("log-mel");
  }

  private static OutputLayer output(AudioEncoder encoder) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(encoder.featureDim())
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Of class 0 the lower mel bins are louder, of class 1 the upper ones. */
  private static DataSet clips() {
    INDArray logMel = Nd4j.rand(DataType.FLOAT, CLIPS, 1, FRAMES, MEL_BINS).muli(10).subi(60);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, CLIPS, 2);
    for (int i = 0; i < CLIPS; i++) {
      int half = i % 2;
      logMel
          .get(
              NDArrayIndex.point(i),
              NDArrayIndex.point(0),
              NDArrayIndex.all(),
              NDArrayIndex.interval(half * MEL_BINS / 2, (half + 1) * MEL_BINS / 2))
          .addi(20);
      labels.putScalar(i, half, 1);
    }
    return new DataSet(logMel, labels);
  }

  private static double trainedScore(ComputationGraph classifier, DataSet clips, int steps) {
    for (int step = 0; step < steps; step++) {
      classifier.fit(clips);
    }
    return classifier.score(clips);
  }

  static Stream<AudioEncoder> encoders() {
    return Stream.of(ENCODER, HTSAT);
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void restoredGraphGivesTheSameAndGoesOnTraining(AudioEncoder encoder, @TempDir Path folder)
      throws IOException {
    ComputationGraph classifier = classifier(encoder, new Adam(1e-2));
    DataSet clips = clips();
    trainedScore(classifier, clips, 3);
    File file = folder.resolve("classifier.zip").toFile();
    classifier.save(file, true);
    ComputationGraph restored = ComputationGraph.load(file, true);
    assertEquals(
        classifier.outputSingle(clips.getFeatures()), restored.outputSingle(clips.getFeatures()));
    trainedScore(classifier, clips, 2);
    trainedScore(restored, clips, 2);
    assertEquals(classifier.params(), restored.params());
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void lossFalls(AudioEncoder encoder) {
    ComputationGraph classifier = classifier(encoder, new Adam(1e-2));
    DataSet clips = clips();
    classifier.fit(clips);
    double first = classifier.score();
    double last = trainedScore(classifier, clips, 30);
    assertTrue(last < first / 4, first + " to " + last);
  }

  @Test
  void encoderLearnsWithItsOwnUpdaterAndStaysWithNone() {
    for (IUpdater updater : new IUpdater[] {new Adam(1e-2), new Sgd(0)}) {
      ComputationGraph classifier = classifier(updater);
      INDArray weight = classifier.getParam("audio_encoder.conv_block1_conv1.weight");
      INDArray before = weight.dup();
      classifier.fit(clips());
      assertEquals(updater instanceof Sgd, before.equals(weight), updater.toString());
    }
  }

  /** A tenth of the way from 0 to the batch's mean: not divided by the number of clips. */
  @Test
  void runningStatisticsFollowTheBatch() {
    ComputationGraph classifier = classifier(new Sgd(0));
    DataSet clips = clips();
    classifier.fit(clips);
    INDArray running = classifier.getParam("audio_encoder.bn0_running-mean");
    INDArray mean = clips.getFeatures().mean(0, 1, 2);
    assertTrue(
        running.sub(mean.mul(0.1)).norm2Number().doubleValue()
            < 1e-4 * mean.norm2Number().doubleValue(),
        running + " for " + mean);
  }

  @Test
  void sameSeedGivesTheSameBits() {
    DataSet clips = clips();
    ComputationGraph one = classifier(new Adam(1e-2));
    ComputationGraph other = classifier(new Adam(1e-2));
    assertEquals(one.params(), other.params());
    trainedScore(one, clips, 2);
    trainedScore(other, clips, 2);
    assertEquals(one.params(), other.params());
  }

  @Test
  void inputTypesAreRefusedWithWhatToDo() {
    ComputationGraphConfiguration.GraphBuilder graph = builder();
    String features =
        ENCODER.addTo(GraphBuilder.into(graph, new Sgd(0)), "audio_encoder", "log-mel");
    graph
        .addLayer("class", output(ENCODER), features)
        .setOutputs("class")
        .setInputTypes(InputType.convolutional(FRAMES, MEL_BINS, 1));
    assertEquals(
        "a graph with blocks takes no setInputTypes: blocks check their shapes themselves, and nIn"
            + " of the layers behind them is to be set",
        assertThrows(UnsupportedOperationException.class, graph::build).getMessage());
  }
}
