package org.clap4j.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class PyTorchCheckpointTest {

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(
        PyTorchCheckpointTest.class.getResource("/fixtures/pytorch_checkpoints/" + name).toURI());
  }

  @ParameterizedTest
  @CsvSource({
    "plain_zip.pth,''",
    "plain_legacy.pth,''",
    "nested_zip.pth,''",
    "nested_legacy.pth,''",
    "nested_zip.pth,model",
    "nested_legacy.pth,model"
  })
  void everyTensorIsReadExactly(String name, String place) throws Exception {
    try (SafeTensors expected = SafeTensors.open(fixture("expected.safetensors"));
        PyTorchCheckpoint actual = PyTorchCheckpoint.open(fixture(name), place)) {
      assertEquals(expected.names(), Set.copyOf(actual.names()));
      for (String tensor : expected.names()) {
        assertEquals(expected.shape(tensor), actual.shape(tensor), tensor);
        assertEquals(
            expected.array(tensor, DataType.DOUBLE), actual.array(tensor, DataType.DOUBLE), tensor);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "laion_zip.pth,module.0.,''",
    "laion_legacy.pth,module.0.,''",
    "args_zip.pth,0.,''",
    "args_legacy.pth,0.,''",
    "averaged_zip.pth,0.,ema"
  })
  void weightsAreFoundAmongWhatTrainingScriptsSave(String name, String prefix, String place)
      throws Exception {
    try (PyTorchCheckpoint file = PyTorchCheckpoint.open(ofTraining(name), place)) {
      assertEquals(Set.of(prefix + "weight", prefix + "bias"), file.names());
      assertEquals(
          Nd4j.createFromArray(new float[][] {{0, 1, 2}, {3, 4, 5}}),
          file.array(prefix + "weight", DataType.FLOAT));
      assertEquals(Nd4j.createFromArray(6f, 7f), file.array(prefix + "bias", DataType.FLOAT));
    }
  }

  @Test
  void movingAverageOfTheSameNamesMustBeChosenOrNot() throws Exception {
    Path file = ofTraining("averaged_zip.pth");
    assertEquals(
        file + ": holds tensors in several places, say which: [model, ema]",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(file)).getMessage());
  }

  @Test
  void wholeModuleIsRefusedByItsClass() throws Exception {
    Path file = ofTraining("whole_zip.pth");
    assertEquals(
        file
            + ": asks for 'torch.nn.modules.container.Sequential', which is not among what weights"
            + " need; nothing was run. If you trust the file, load it in Python and save its state"
            + " dict alone, best as safetensors",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(file)).getMessage());
  }

  private static Path ofTraining(String name) throws Exception {
    return Path.of(
        PyTorchCheckpointTest.class.getResource("/fixtures/training_checkpoints/" + name).toURI());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil_zip.pth", "evil_legacy.pth"})
  void codeIsNamedAndNotRun(String name) throws Exception {
    Path file = fixture(name);
    assertEquals(
        file
            + ": asks for 'posix.system', which is not among what weights need; nothing was run. If"
            + " you trust the file, load it in Python and save its state dict alone, best as"
            + " safetensors",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(file)).getMessage());
    assertFalse(Files.exists(Path.of("pickle-was-executed")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated_zip.pth", "truncated_legacy.pth"})
  void fileThatEndsEarlyIsRefused(String name) throws Exception {
    Path file = fixture(name);
    String message =
        String.valueOf(
            assertThrows(IOException.class, () -> PyTorchCheckpoint.open(file)).getMessage());
    assertTrue(message.startsWith(file + ": is "), message);
    assertTrue(message.endsWith("; fetch it again"), message);
  }

  @Test
  void everyCutOfTheOlderFormatIsRefusedOrReadWhole(@TempDir Path directory) throws Exception {
    byte[] whole = Files.readAllBytes(fixture("plain_legacy.pth"));
    for (int length = 0; length < whole.length; length += 7) {
      Path file = directory.resolve("cut.pth");
      Files.write(file, Arrays.copyOf(whole, length));
      IOException refused =
          assertThrows(
              IOException.class, () -> PyTorchCheckpoint.open(file), "cut to " + length + " bytes");
      assertTrue(refused.toString().contains(file + ": "), refused.toString());
    }
  }

  @Test
  void otherFilesAreRefused(@TempDir Path directory) throws Exception {
    Path text = directory.resolve("text.pth");
    Files.write(text, "K*.".getBytes(StandardCharsets.US_ASCII)); // a pickle of 42
    assertEquals(
        text
            + ": is no PyTorch checkpoint: neither a zip file nor one with the older format's"
            + " number",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(text)).getMessage());
    Path missing = directory.resolve("missing.pth");
    assertEquals(
        missing + ": there is no such file; check the path",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(missing)).getMessage());
  }

  @Test
  void wrongPlaceAndUnknownArrayAreNamed() throws Exception {
    Path file = fixture("nested_zip.pth");
    assertEquals(
        file + ": has no tensors under 'state_dict'; they are under [model]",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(file, "state_dict"))
            .getMessage());
    try (PyTorchCheckpoint checkpoint = PyTorchCheckpoint.open(file)) {
      assertEquals(
          file + ": has no array 'fc1.weight'",
          assertThrows(IOException.class, () -> checkpoint.array("fc1.weight", DataType.FLOAT))
              .getMessage());
    }
  }
}
