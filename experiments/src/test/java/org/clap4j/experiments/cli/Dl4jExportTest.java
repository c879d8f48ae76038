package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.encoders.tokenizers.HuggingFaceCaptionTokenizer;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code export --format dl4j}: HTS-AT and RoBERTa, restored by a program that has no clap4j but
 * the encoders.
 */
class Dl4jExportTest {

  private static final Golden GOLDEN = Golden.fixture("hf_clap_folder");
  private static final Path MODEL = GOLDEN.path("model");

  @TempDir private Path folder;

  private Path exported() throws IOException {
    Path out = folder.resolve("towers");
    assertEquals(new Answer(0, "", ""), run("export", MODEL, "--format", "dl4j", "--out", out));
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(
          List.of("audio-tower.zip", "config.yaml", "text-tower.zip", "tokenizer.json"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    return out;
  }

  private INDArray embedded(Object... command) throws IOException {
    assertEquals(new Answer(0, "", ""), run(command));
    return embeddings(folder.resolve("ours.safetensors"));
  }

  private static INDArray embeddings(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return tensors.array("embeddings");
    }
  }

  private INDArray restored(Path tower, SafeTensorsWriter input) throws Exception {
    Path in = folder.resolve("in.safetensors");
    Path out = folder.resolve("restored.safetensors");
    input.write(in);
    JavaProgram.run(
        JavaProgram.encodersClassPath(),
        restoreSource(),
        folder.resolve("restore.log"),
        tower,
        in,
        out);
    return embeddings(out);
  }

  private static Path restoreSource() throws URISyntaxException {
    return Path.of(Dl4jExportTest.class.getResource("/java/Restore.java").toURI());
  }

  @Test
  void audioTowerGivesTheEmbeddingsOfEmbed() throws Exception {
    Path features = folder.resolve("features.safetensors");
    Path tenSeconds = Tone.write(folder.resolve("ten.wav"), 700, 10, 48_000);
    assertEquals(0, run("features", MODEL, "--out", features, tenSeconds).status());
    SafeTensorsWriter input = new SafeTensorsWriter();
    try (SafeTensors tensors = SafeTensors.open(features)) {
      INDArray logMel = tensors.array("log_mel");
      input.array("input", logMel.reshape(1, 1, logMel.size(1), logMel.size(2)));
    }
    assertEquals(
        embedded("embed", "audio", MODEL, "--out", folder.resolve("ours.safetensors"), tenSeconds),
        restored(exported().resolve("audio-tower.zip"), input));
  }

  @Test
  void textTowerGivesTheEmbeddingsOfEmbed() throws Exception {
    Path captions = GOLDEN.path("captions.txt");
    TokenBatch tokens =
        new HuggingFaceCaptionTokenizer(MODEL, 77, "").encode(Files.readAllLines(captions));
    SafeTensorsWriter input =
        new SafeTensorsWriter()
            .array("input", Nd4j.createFromArray(tokens.ids()).castTo(DataType.FLOAT))
            .array("mask", Nd4j.createFromArray(tokens.mask()).castTo(DataType.FLOAT));
    assertEquals(
        embedded(
            "embed",
            "text",
            MODEL,
            "--out",
            folder.resolve("ours.safetensors"),
            "--captions",
            captions),
        restored(exported().resolve("text-tower.zip"), input));
  }
}
