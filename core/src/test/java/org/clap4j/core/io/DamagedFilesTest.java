package org.clap4j.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Files of weights with random damage: whatever was hit, reading one ends soon, with arrays or with
 * an error that names the file.
 */
class DamagedFilesTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String STORAGE =
      "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuJ%stQ";

  private final Path file;

  DamagedFilesTest(@TempDir Path directory) {
    file = directory.resolve("damaged");
  }

  private static byte[] fixture(String name) throws IOException, URISyntaxException {
    return Files.readAllBytes(
        Path.of(DamagedFilesTest.class.getResource("/fixtures/" + name).toURI()));
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_checkpoints/plain_zip.pth, pth, 900",
    "pytorch_checkpoints/nested_zip.pth, pth, 600",
    "pytorch_checkpoints/plain_legacy.pth, pth, 1500",
    "pytorch_checkpoints/nested_legacy.pth, pth, 900",
    "training_checkpoints/args_zip.pth, pth, 300",
    "training_checkpoints/args_legacy.pth, pth, 300",
    "pytorch_checkpoints/expected.safetensors, safetensors, 500"
  })
  void damageIsRefusedOrLeavesArrays(String fixture, String ending, int tries) throws Exception {
    byte[] whole = fixture(fixture);
    int headers = ending.equals("safetensors") ? headerLength(whole) : whole.length;
    SplittableRandom random = new SplittableRandom(fixture.hashCode());
    assertTimeoutPreemptively(
        SOON,
        () -> {
          for (int attempt = 0; attempt < tries; attempt++) {
            String what = fixture + ", attempt " + attempt;
            readOrBeRefused(damage(whole, headers, random), ending, what);
          }
        });
  }

  private static int headerLength(byte[] safetensors) {
    return 8 + (safetensors[0] & 0xFF) + ((safetensors[1] & 0xFF) << 8);
  }

  /** Flips bits, overwrites, removes or repeats bytes, or cuts the end off. */
  private static byte[] damage(byte[] whole, int upTo, SplittableRandom random) {
    byte[] damaged = whole.clone();
    int kind = random.nextInt(5);
    int place = random.nextInt(upTo);
    int length = Math.min(1 + random.nextInt(8), whole.length - place);
    switch (kind) {
      case 0 -> {
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          damaged[random.nextInt(upTo)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> {
        for (int i = 0; i < length; i++) {
          damaged[place + i] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
        }
      }
      case 2 -> damaged = joined(Arrays.copyOf(whole, place), whole, place + length);
      case 3 -> damaged = joined(Arrays.copyOf(whole, place + length), whole, place);
      default -> damaged = Arrays.copyOf(whole, place);
    }
    return damaged;
  }

  private static byte[] joined(byte[] start, byte[] whole, int from) {
    byte[] joined = Arrays.copyOf(start, start.length + whole.length - from);
    System.arraycopy(whole, from, joined, start.length, whole.length - from);
    return joined;
  }

  private void readOrBeRefused(byte[] bytes, String ending, String what) throws IOException {
    Path path = file.resolveSibling(file.getFileName() + "." + ending);
    Files.write(path, bytes);
    try (TensorFile tensors =
        ending.equals("safetensors") ? SafeTensors.open(path) : PyTorchCheckpoint.open(path)) {
      for (String name : tensors.names()) {
        try (INDArray array = tensors.array(name, DataType.DOUBLE)) {
          assertEquals(tensors.shape(name), Arrays.stream(array.shape()).boxed().toList(), what);
        }
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": "), what + ": " + e);
    } catch (RuntimeException | Error e) {
      fail(what, e);
    }
  }

  private static byte[] pickled(String program) {
    return ("\u0080\u0002" + program).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] zip(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle);
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  private static String tensor(String elements, String shape, String strides) {
    return "}U\u0001wctorch._utils\n_rebuild_tensor_v2\n("
        + STORAGE.formatted(elements)
        + "K\u0000("
        + shape
        + "t("
        + strides
        + "t\u0089ccollections\nOrderedDict\n)RtRs.";
  }

  /** Programs that are small and would fill memory or never end; damage hardly ever makes one. */
  static List<byte[]> attacks() {
    String halfOfMemory = "\u00ff\u00ff\u00ff\u007f"; // 2^31 - 1
    String itself = "}q\u0000U\u0001ah\u0000s.";
    StringBuilder shared = new StringBuilder("}q\u0000");
    StringBuilder nested = new StringBuilder();
    for (int i = 1; i <= 60; i++) {
      String before = "h" + (char) (i - 1);
      shared.append("}U\u0001a" + before + "sU\u0001b" + before + "sq" + (char) i);
    }
    nested.append("}U\u0001a".repeat(100_000)).append("}").append("s".repeat(100_000)).append('.');
    String deepKey = "}" + "(".repeat(100_000) + "t".repeat(100_000) + "K\u0001s.";
    return List.of(
        pickled("X" + halfOfMemory + "abc."),
        pickled("\u008b" + halfOfMemory + "abc."),
        pickled("I" + "9".repeat(1_000_000) + "\n."),
        pickled(itself),
        pickled(shared + "."),
        pickled(nested.toString()),
        pickled(deepKey),
        pickled("]q\u0000h\u0000ah\u0000K\u0001s."),
        pickled(tensor(halfOfMemory, "J" + halfOfMemory, "K\u0001")),
        pickled(tensor(halfOfMemory, "J" + halfOfMemory, "K\u0000")),
        pickled(tensor("\u0001\u0000\u0000\u0000", "K\u0001K\u0001", "K\u0001")),
        pickled(tensor(halfOfMemory, ("J" + halfOfMemory).repeat(3), "K\u0001K\u0001K\u0001")),
        pickled(tensor("\u00ff\u00ff\u00ff\u00ff", "K\u0001", "K\u0001")));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void attacksOnMemoryAndTimeAreRefused(byte[] pickle) {
    assertTimeoutPreemptively(SOON, () -> readOrBeRefused(zip(pickle), "pth", "zip"));
    assertTimeoutPreemptively(SOON, () -> readOrBeRefused(pickle, "pth", "older format"));
  }

  @Test
  void pickleThatUnpacksToMuchMoreIsRefused() throws Exception {
    Path path = file.resolveSibling("bomb.pth");
    Files.write(path, zip(new byte[10_000_000]));
    assertEquals(
        path + ": is a damaged zip file (its pickle is larger than the file); fetch it again",
        assertThrows(IOException.class, () -> PyTorchCheckpoint.open(path)).getMessage());
  }
}
