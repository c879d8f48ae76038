package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

  @TempDir Path folder;

  private Path tinyConfig() throws IOException {
    return TestProgram.config(folder);
  }

  @Test
  void wrongUsageEndsWithTwo() {
    assertEquals(new Answer(2, "", "clap4j: a command is missing; see clap4j --help\n"), run());
    assertEquals(
        new Answer(
            2, "", "clap4j: Missing required parameter: 'CONFIG.yaml'; see clap4j train --help\n"),
        run("train"));
  }

  @Test
  void unknownCommandEndsWithTwo() {
    assertEquals(
        new Answer(2, "", "clap4j: Unmatched argument at index 0: 'trian'; see clap4j --help\n"),
        run("trian"));
  }

  @Test
  void wrongConfigEndsWithTwoAndMakesNoRun() throws IOException {
    Path config = tinyConfig();
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: command line 'training.epoch=2': training.epoch is not known; known:"
                + " batch-size, best-metric, best-mode, checkpoint-every, chunk-size, epochs,"
                + " evaluate-every, freeze, keep-last, learning-rate-factors, log-every,"
                + " max-grad-norm, norm-statistics, on-nonfinite, steps. Did you mean 'epochs'?\n"),
        run("train", config.toString(), "training.epoch=2"));
    assertTrue(Files.notExists(folder.resolve("runs")));
  }

  @Test
  void describedModelAddsUp() throws IOException {
    Answer answer = run("describe", tinyConfig().toString(), "--json");
    assertEquals(0, answer.status(), answer.err());
    JsonObject model = JsonParser.parseString(answer.out()).getAsJsonObject();
    long trained = 0;
    long statistics = 0;
    Map<String, String> shapes = new HashMap<>();
    for (JsonElement element : model.getAsJsonArray("layers")) {
      JsonObject layer = element.getAsJsonObject();
      trained += layer.get("trained_parameters").getAsLong();
      statistics += layer.get("running_statistics").getAsLong();
      shapes.put(layer.get("name").getAsString(), layer.get("output_shape").toString());
    }
    assertEquals("[1,8]", shapes.get("audio_embedding"));
    assertEquals("[1,8]", shapes.get("text_embedding"));
    assertEquals("[]", shapes.get("loss"));
    assertTrue(statistics > 0, answer.out());
    JsonObject memory = model.getAsJsonObject("memory_bytes");
    assertEquals(4 * (trained + statistics), memory.get("parameters").getAsLong());
    assertEquals(
        2 * memory.get("parameters").getAsLong(), memory.get("optimizer_state").getAsLong());
    assertEquals(8, memory.get("batch").getAsInt());
  }

  /** An enum whose constants have bodies is sealed, and yet a value. */
  @Test
  void everyKeyIsListedWithItsTypeDefaultAndMeaning() {
    Answer answer = run("config", "keys");
    assertEquals(0, answer.status(), answer.err());
    List<String> keys =
        answer.out().lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    assertEquals(
        List.of(),
        keys.stream()
            .filter(line -> !line.matches("[a-zA-Z0-9.-]+ \\(.+; (required|default .+)\\): .+"))
            .toList());
    assertTrue(
        keys.stream()
            .anyMatch(
                line ->
                    line.startsWith("clip.fill (repeat-pad | pad | repeat; default repeat-pad): ")),
        answer.out());
  }

  @Test
  void keysAreListedWithTypeDefaultAndMeaning() {
    Answer answer = run("config", "keys");
    assertEquals(0, answer.status(), answer.err());
    List<String> keys = answer.out().lines().toList();
    assertTrue(
        keys.contains(
            "audio-encoder.type (cnn10 | cnn14 | cnn6 | htsat; required): audio encoder, and with"
                + " it the front end"),
        answer.out());
    assertTrue(keys.contains("# with loss.type: multi-positive"), answer.out());
    assertEquals(
        new Answer(
            0,
            "training.epochs (integer; default 10): how often all pairs are gone through; 0 where"
                + " steps says it\n",
            ""),
        run("config", "keys", "training.epochs"));
  }

  @Test
  void missingFileEndsWithTwo() {
    Answer answer = run("embed", "text", "nowhere", "--captions", "x", "--out", "y");
    assertEquals(2, answer.status());
    assertEquals("clap4j: x: there is no such file\n", answer.err());
  }

  @Test
  void trainedModelIsMeasuredAndUsed() throws IOException {
    Answer trained = run("train", tinyConfig().toString());
    assertEquals(0, trained.status(), trained.err());
    Path run = Path.of(trained.out().lines().findFirst().orElseThrow());
    try (Stream<Path> files = Files.list(run)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertTrue(
          names.containsAll(
              List.of("config.yaml", "journal.jsonl", "checkpoints", "last", "log.txt")),
          names.toString());
    }
    Path captions = Files.writeString(folder.resolve("captions.txt"), "a low hum\na chirp\n");
    Path out = folder.resolve("text.safetensors");
    Answer embedded =
        run(
            "embed",
            "text",
            run.toString(),
            "--captions",
            captions.toString(),
            "--out",
            out.toString());
    assertEquals(0, embedded.status(), embedded.err());
    try (SafeTensors tensors = SafeTensors.open(out)) {
      assertEquals(List.of(2L, 8L), tensors.info("embeddings").shape());
    }
    Answer described = run("describe", run.toString(), "--json");
    assertEquals(0, described.status(), described.err());
    assertEquals(described, run("describe", tinyConfig().toString(), "--json"));
    Answer resumed = run("resume", run.toString(), "training.epochs=2");
    assertEquals(0, resumed.status(), resumed.err());
    assertTrue(resumed.err().contains("training from step 2 to 4 steps"), resumed.err());
  }
}
