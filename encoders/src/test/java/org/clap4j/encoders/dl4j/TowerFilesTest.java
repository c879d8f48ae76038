package org.clap4j.encoders.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.Tower;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.encoders.audio.cnn14.Cnn14Config;
import org.clap4j.encoders.audio.cnn14.Cnn14Factory;
import org.clap4j.encoders.heads.MsClapHead;
import org.clap4j.encoders.heads.MsClapHeadConfig;
import org.clap4j.encoders.text.transformer.TransformerConfig;
import org.clap4j.encoders.text.transformer.TransformerEncoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Towers in DL4J's own files. */
class TowerFilesTest {

  private static final FrontEndConfig FRONT_END =
      new FrontEndConfig("panns", null, null, null, 16, null, null);

  private final TwoTowerModel model = model();

  @TempDir private Path folder;

  private static TwoTowerModel model() {
    AudioEncoder audio = new Cnn14Factory().create(new Cnn14Config(2, 3, FRONT_END, 0.2, 0.5));
    TextEncoder text =
        TransformerEncoder.of(
            new TransformerConfig(1, 8, 2, 16, 0.1, NormPlacement.PRE, Pooling.MEAN, false), 12, 6);
    ProjectionHead head = new MsClapHead(new MsClapHeadConfig(8, 0.5));
    return TwoTowerModel.create(
        audio, head, text, head, new NoLoss(), DataType.FLOAT, RandomSeed.of(3));
  }

  private record NoLoss() implements ContrastiveLoss {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public LossOutput evaluate(
        INDArray audio, INDArray text, LossParameters parameters, PairIds ids) {
      throw new UnsupportedOperationException("nothing is trained");
    }
  }

  @AfterEach
  void freeModel() {
    model.close();
  }

  private ComputationGraph restored(Tower tower) throws IOException {
    File file = folder.resolve(tower + ".zip").toFile();
    ModelSerializer.writeModel(model.graphOf(tower), file, false);
    return ComputationGraph.load(file, false);
  }

  @Test
  void restoredAudioTowerGivesTheModelsEmbeddings() throws IOException {
    INDArray logMel = Nd4j.rand(DataType.FLOAT, 3, 1, 37, 16).muli(-50);
    INDArray embeddings = restored(Tower.AUDIO).outputSingle(logMel);
    assertEquals(model.embedAudio(logMel), embeddings);
  }

  @Test
  void restoredTextTowerGivesTheModelsEmbeddings() throws IOException {
    int[][] ids = {{0, 5, 2, 0}, {0, 3, 4, 11}};
    int[][] mask = {{1, 1, 1, 0}, {1, 1, 1, 1}};
    INDArray embeddings =
        restored(Tower.TEXT)
            .output(
                false,
                new INDArray[] {Nd4j.createFromArray(ids).castTo(DataType.FLOAT)},
                new INDArray[] {Nd4j.createFromArray(mask).castTo(DataType.FLOAT)})[0];
    assertEquals(model.embedText(new TokenBatch(ids, mask)), embeddings);
  }

  @Test
  void graphHasAParameterVectorOfItsOwn() {
    ComputationGraph graph = model.graphOf(Tower.AUDIO);
    INDArray logMel = Nd4j.rand(DataType.FLOAT, 1, 1, 37, 16);
    INDArray before = model.embedAudio(logMel);
    graph.params().assign(0);
    assertEquals(before, model.embedAudio(logMel));
  }

  @Test
  void lossIsNoTower() {
    assertEquals(
        "the loss is no tower that embeds",
        assertThrows(IllegalArgumentException.class, () -> model.graphOf(Tower.LOSS)).getMessage());
  }
}
