package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A folder that transformers has written, as the MODEL of commands. */
class HuggingFaceFolderTest {

  /** The fixture's own: float32, different summation orders. */
  private static final double TOLERANCE = 1e-4;

  private final Golden golden = Golden.fixture("hf_clap_folder");

  private final Path folder;
  private final Path model;

  HuggingFaceFolderTest(@TempDir Path folder) {
    this.folder = folder;
    model = folder.resolve("model");
  }

  @BeforeEach
  void copyModel() throws IOException {
    Files.createDirectory(model);
    for (String name :
        List.of(
            "config.json",
            "model.safetensors",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json")) {
      Files.copy(golden.path("model/" + name), model.resolve(name));
    }
  }

  private void assertEmbeds(String expected, Object... command) throws IOException {
    Path out = folder.resolve("out.safetensors");
    Object[] words = Arrays.copyOf(command, command.length + 2);
    words[command.length] = "--out";
    words[command.length + 1] = out;
    Answer answer = TestProgram.run(words);
    assertEquals(0, answer.status(), answer.err());
    try (SafeTensors found = SafeTensors.open(out)) {
      Golden.assertClose(
          expected,
          golden.array("expected.safetensors", expected),
          found.array("embeddings"),
          TOLERANCE);
    }
  }

  @Test
  void recordingsAndCaptionsHaveTransformersEmbeddings() throws IOException {
    assertEmbeds("audio_embeds", "embed", "audio", model, golden.path("clips"));
    assertEmbeds("text_embeds", "embed", "text", model, "--captions", golden.path("captions.txt"));
  }

  /** As docs/pretrained.md goes on from such a folder. */
  @Test
  void itsConfigurationIsShownAndTakesItsWeightsAgain() throws IOException {
    Answer shown = TestProgram.run("config", "show", model);
    assertEquals(0, shown.status(), shown.err());
    Files.writeString(folder.resolve("its.yaml"), shown.out());
    Path mine =
        Files.writeString(
            folder.resolve("mine.yaml"),
            "extends: its.yaml\nname: mine\npretrained: {model: {path: '" + model + "'}}\n");
    assertEmbeds("audio_embeds", "embed", "audio", mine, golden.path("clips"));
    assertEmbeds("text_embeds", "embed", "text", mine, "--captions", golden.path("captions.txt"));
    assertEquals(
        shown.out().replace("initial-scale: 14.2857", "initial-scale: 20.0"),
        TestProgram.run("config", "show", model, "loss.temperature.initial-scale=20").out());
  }

  @Test
  void featureExtractorOfOlderReleasesIsRead() throws IOException {
    JsonObject processor = read("processor_config.json");
    Files.delete(model.resolve("processor_config.json"));
    Files.writeString(
        model.resolve("preprocessor_config.json"), processor.get("feature_extractor").toString());
    assertEmbeds("audio_embeds", "embed", "audio", model, golden.path("clips"));
  }

  private JsonObject read(String name) throws IOException {
    return JsonParser.parseString(Files.readString(model.resolve(name))).getAsJsonObject();
  }

  private String refusal() {
    Answer answer =
        TestProgram.run(
            "embed",
            "text",
            model,
            "--captions",
            golden.path("captions.txt"),
            "--out",
            folder.resolve("out.safetensors"));
    assertEquals(1, answer.status(), answer.out());
    return answer.err().strip();
  }

  @Test
  void everyArrayThatDoesNotFitIsListed() throws IOException {
    Path weights = model.resolve("model.safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    try (SafeTensors tensors = SafeTensors.open(weights)) {
      for (String name : tensors.names()) {
        INDArray array = tensors.array(name);
        switch (name) {
          case "text_projection.linear1.bias" -> {}
          case "text_projection.linear2.bias" ->
              writer.array("text_projection.linear3.bias", array);
          case "audio_projection.linear2.bias" -> writer.array(name, array.reshape(4, 8));
          default -> writer.array(name, array);
        }
      }
    }
    Files.delete(weights);
    writer.write(weights);
    assertEquals(
        "clap4j: "
            + weights
            + ": the weights do not fit the model: 2 missing: text_projection.linear1.bias;"
            + " text_projection.linear2.bias. 1 not known to the model:"
            + " text_projection.linear3.bias. 1 of another shape: audio_projection.linear2.bias"
            + " [4, 8], expected [32]",
        refusal());
  }

  @Test
  void longClipsAreFusedAsInTransformers() throws IOException {
    Golden fused = Golden.fixture("hf_clap_fusion_folder");
    Path out = folder.resolve("fused.safetensors");
    Answer answer =
        TestProgram.run("embed", "audio", fused.path("model"), fused.path("clips"), "--out", out);
    assertEquals(0, answer.status(), answer.err());
    try (SafeTensors found = SafeTensors.open(out)) {
      Golden.assertClose(
          "audio_embeds",
          fused.array("expected.safetensors", "audio_embeds"),
          found.array("embeddings"),
          TOLERANCE);
    }
  }

  @Test
  void whatIsNotKnownHereIsNamed() throws IOException {
    JsonObject config = read("config.json");
    config.getAsJsonObject("audio_config").addProperty("enable_fusion", true);
    config.getAsJsonObject("audio_config").addProperty("fusion_type", "channel_map");
    Files.writeString(model.resolve("config.json"), config.toString());
    assertEquals(
        "clap4j: "
            + model.resolve("config.json")
            + ": fusion_type is channel_map, only aff_2d can be loaded",
        refusal());
    config.getAsJsonObject("audio_config").addProperty("fusion_type", "aff_2d");
    Files.writeString(model.resolve("config.json"), config.toString());
    assertEquals(
        "clap4j: "
            + model.resolve("processor_config.json")
            + ": truncation is rand_trunc, only fusion can be loaded",
        refusal());
    Files.delete(model.resolve("processor_config.json"));
    assertEquals(
        "clap4j: "
            + model
            + ": has neither processor_config.json nor preprocessor_config.json, which hold the"
            + " feature extractor's settings; save the processor there too",
        refusal());
  }
}
