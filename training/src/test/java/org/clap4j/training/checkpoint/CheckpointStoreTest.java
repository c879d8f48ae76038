package org.clap4j.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.io.Sha256;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.training.TinyModel;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.optim.AdamConfig;
import org.clap4j.training.optim.AdamFactory;
import org.clap4j.training.optim.ModelOptimizer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointStoreTest {

  private static final RunIdentity RUN =
      new RunIdentity(-7, "name: tiny\nlr: 0.1\n", Map.of("clap4j", "0.1", "java", "17"));

  @TempDir Path run;

  private final TwoTowerModel model = TinyModel.create(DataType.FLOAT, 0);
  private final ModelOptimizer optimizer = optimizer(model);

  private static ModelOptimizer optimizer(TwoTowerModel model) {
    AdamConfig config = new AdamConfig(0.1, 0.9, 0.99, 1e-8, 0);
    return new ModelOptimizer(
        model.parameters(),
        model.flatParameters(),
        model.flatGradients(),
        new AdamFactory().create(config, model.flatParameters(), model.flatGradients()),
        Map.of());
  }

  @AfterEach
  void close() {
    optimizer.close();
    model.close();
  }

  @Test
  void givesBackWhatWasSaved() throws IOException {
    optimizer.state().values().forEach(memory -> memory.assign(Nd4j.rand(memory.shape())));
    optimizer.restoreUpdates(Map.of("audio_encoder.1", 3L, "text_head", 4L, "loss", 5L));
    TrainingProgress progress =
        new TrainingProgress(
            123,
            new BatchPosition(4, 5),
            optimizer.updates(),
            Map.of("best", Double.NEGATIVE_INFINITY, "learning-rate", 1e-3 / 3),
            new BestMetric("val/x", 0.1 + 0.2, 100),
            2);
    save(CheckpointStore.open(run, 2), progress);
    Checkpoint checkpoint = Checkpoint.find(run);
    assertEquals(new TrainingState(RUN, progress), checkpoint.state());
    assertTrue(Files.exists(checkpoint.directory().resolve("vocabulary.txt")));
    try (TwoTowerModel other = TinyModel.create(DataType.FLOAT, 0);
        ModelOptimizer restored = optimizer(other)) {
      other.flatParameters().assign(0);
      checkpoint.restoreModel(other);
      checkpoint.restoreOptimizer(restored);
      assertEquals(model.flatParameters(), other.flatParameters());
      assertEquals(optimizer.updates(), restored.updates());
      for (Map.Entry<String, INDArray> memory : optimizer.state().entrySet()) {
        assertEquals(memory.getValue(), restored.state().get(memory.getKey()));
      }
    }
  }

  @Test
  void anEmptyRunHasNoCheckpoint() throws IOException {
    CheckpointStore.open(run, 1);
    assertEquals(Optional.empty(), CheckpointStore.last(run));
    assertEquals(
        run
            + ": is neither a checkpoint directory (it has no state.json) nor a run directory with"
            + " a finished checkpoint",
        assertThrows(CheckpointException.class, () -> Checkpoint.find(run)).getMessage());
  }

  @Test
  void halfWrittenDirectoriesAreNeverTakenAndAreCleanedUp() throws IOException {
    save(CheckpointStore.open(run, 2), at(4, null));
    Path half = Files.createDirectory(run.resolve("checkpoints/.step-8.tmp"));
    Files.writeString(half.resolve("state.json"), "{");
    assertEquals(4, CheckpointStore.last(run).orElseThrow().state().progress().step());
    CheckpointStore.open(run, 2);
    assertEquals(List.of("step-4"), names(run.resolve("checkpoints")));
  }

  @Test
  void aCheckpointWhoseSuccessorWasNeverFinishedComesBack() throws IOException {
    save(CheckpointStore.open(run, 2), at(4, null));
    Path checkpoints = run.resolve("checkpoints");
    Files.move(checkpoints.resolve("step-4"), checkpoints.resolve(".step-4.replaced"));
    CheckpointStore.open(run, 2);
    assertEquals(4, CheckpointStore.last(run).orElseThrow().state().progress().step());
  }

  @Test
  void savingAStepAgainReplacesIt() throws IOException {
    CheckpointStore store = CheckpointStore.open(run, 2);
    save(store, at(4, null));
    BestMetric best = new BestMetric("val/x", 1, 4);
    save(store, at(4, best));
    assertEquals(best, Checkpoint.find(run).state().progress().best());
    assertEquals(List.of("step-4"), names(run.resolve("checkpoints")));
  }

  @Test
  void keepsTheLastOnesAndTheBest() throws IOException {
    CheckpointStore store = CheckpointStore.open(run, 2);
    BestMetric best = new BestMetric("val/x", 1, 2);
    save(store, at(1, null));
    for (long step = 2; step <= 5; step++) {
      save(store, at(step, best));
    }
    assertEquals(List.of("step-2", "step-4", "step-5"), names(run.resolve("checkpoints")));
    assertEquals(run.resolve("checkpoints/step-2").toRealPath(), run.resolve("best").toRealPath());
    assertEquals(run.resolve("checkpoints/step-5").toRealPath(), run.resolve("last").toRealPath());
  }

  @Test
  void linksThatAKillLeftBehindAreBroughtUpToDate() throws IOException {
    save(CheckpointStore.open(run, 2), at(4, null));
    Files.delete(run.resolve("last"));
    Files.delete(run.resolve("best"));
    CheckpointStore.open(run, 2);
    assertEquals(run.resolve("checkpoints/step-4").toRealPath(), run.resolve("last").toRealPath());
    assertEquals(run.resolve("checkpoints/step-4").toRealPath(), run.resolve("best").toRealPath());
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Path checkpoint = save(CheckpointStore.open(run, 2), at(4, null));
    Files.delete(checkpoint.resolve("optimizer.safetensors"));
    assertEquals(
        checkpoint + ": is no checkpoint: optimizer.safetensors is missing",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(checkpoint)).getMessage());
  }

  @Test
  void saysHowNamesDiffer() throws IOException {
    Path checkpoint = save(CheckpointStore.open(run, 2), at(4, null));
    Path file = checkpoint.resolve("model.safetensors");
    new SafeTensorsWriter().array("other", Nd4j.zeros(2)).write(file);
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> Checkpoint.open(checkpoint).restoreModel(model));
    assertEquals(
        file
            + ": does not fit the model: it lacks audio_encoder.fc.bias, audio_encoder.fc.weight,"
            + " audio_encoder.pool.gain, audio_encoder.pool.running_mean, audio_projection.weight"
            + " and 4 more and has other beside; was it written with another config?",
        e.getMessage());
  }

  @Test
  void saysHowShapesDifferAndChangesNothing() throws IOException {
    Path checkpoint = save(CheckpointStore.open(run, 2), at(4, null));
    Path file = checkpoint.resolve("model.safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    model
        .parameters()
        .forEach(
            p -> {
              boolean wrong = p.name().equals("audio_encoder.fc.bias");
              writer.array(p.name(), wrong ? Nd4j.zeros(9) : p.value().mul(2));
            });
    writer.write(file);
    INDArray before = model.flatParameters().dup();
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> Checkpoint.open(checkpoint).restoreModel(model));
    assertEquals(
        file + ": audio_encoder.fc.bias has shape [9], the model's has [8]", e.getMessage());
    assertEquals(before, model.flatParameters());
  }

  @Test
  void refusesAConfigThatWasChanged() throws IOException {
    Path checkpoint = save(CheckpointStore.open(run, 2), at(4, null));
    Path file = checkpoint.resolve("state.json");
    Files.writeString(file, Files.readString(file).replace("lr: 0.1", "lr: 0.2"));
    String changed = Sha256.ofText("name: tiny\nlr: 0.2\n");
    assertEquals(
        file
            + ": config-hash is "
            + RUN.configHash()
            + ", but the config in the file has "
            + changed
            + "; the file was changed after it was written",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(checkpoint)).getMessage());
  }

  @Test
  void saysWhatAStateLacks() throws IOException {
    Path checkpoint = save(CheckpointStore.open(run, 2), at(4, null));
    Path file = checkpoint.resolve("state.json");
    Files.writeString(file, Files.readString(file).replace("\"step\"", "\"stop\""));
    assertEquals(
        file + ": is damaged: it has no 'step'",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(checkpoint)).getMessage());
    Files.writeString(file, "{\"format\": 9}");
    assertEquals(
        file + ": is of format 9, this version reads format 1; update clap4j",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(checkpoint)).getMessage());
    Files.writeString(file, "");
    assertEquals(
        file + ": is damaged: Not a JSON Object: null",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(checkpoint)).getMessage());
  }

  private static TrainingProgress at(long step, @Nullable BestMetric best) {
    return new TrainingProgress(
        step,
        BatchPosition.START,
        Map.of("audio_encoder.1", step, "loss.1", step),
        Map.of(),
        best,
        0);
  }

  private Path save(CheckpointStore store, TrainingProgress progress) throws IOException {
    return store.save(
        new TrainingState(RUN, progress),
        new CheckpointContent(model, optimizer, TinyModel.tokenizer()));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
