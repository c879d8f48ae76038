package org.clap4j.testkit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.clap4j.core.io.SafeTensors;
import org.junit.jupiter.api.Assertions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A folder of expected values among the test resources, {@code fixtures/NAME}: JSON files and
 * safetensors files, read on demand.
 *
 * <pre>{@code
 * private static final double FLOAT_TOLERANCE = 2e-5; // float32 sums of 512 products
 * private final Golden golden = Golden.fixture("losses");
 * ...
 * Golden.assertClose("loss", golden.array("losses.safetensors", "unit.infonce.loss"), loss, FLOAT_TOLERANCE);
 * }</pre>
 *
 * <p>A tolerance is absolute, times the larger of 1 and the peak of what is expected: {@code
 * |actual - expected| <= tolerance * max(1, max |expected|)}.
 */
public final class Golden {

  private final Path folder;

  private Golden(Path folder) {
    this.folder = folder;
  }

  /** Finds the folder {@code fixtures/name} among the test resources. */
  public static Golden fixture(String name) {
    URL url = Thread.currentThread().getContextClassLoader().getResource("fixtures/" + name);
    if (url == null) {
      throw new IllegalArgumentException("src/test/resources/fixtures has no folder " + name);
    }
    try {
      return new Golden(Path.of(url.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(url + " is not the address of a folder", e);
    }
  }

  /** A file of the folder. */
  public Path path(String file) {
    return folder.resolve(file);
  }

  /** Reads a JSON file of the folder. */
  public JsonObject json(String file) {
    try (Reader reader = Files.newBufferedReader(path(file))) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a safetensors file of the folder; the caller closes it. */
  public SafeTensors open(String file) {
    try {
      return SafeTensors.open(path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a safetensors file of the folder has an array of that name. */
  public boolean has(String file, String array) {
    try (SafeTensors tensors = SafeTensors.open(path(file))) {
      return tensors.has(array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one array of a safetensors file of the folder, in the file's type. */
  public INDArray array(String file, String array) {
    try (SafeTensors tensors = SafeTensors.open(path(file))) {
      return tensors.array(array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one array of a safetensors file of the folder, as a given type. */
  public INDArray array(String file, String array, DataType type) {
    try (SafeTensors tensors = SafeTensors.open(path(file))) {
      return tensors.array(array, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one array of integers of a safetensors file of the folder. */
  public long[] longs(String file, String array) {
    try (SafeTensors tensors = SafeTensors.open(path(file))) {
      return tensors.longs(array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Fails unless shapes are equal and every element is close; says which element is the furthest
   * off.
   *
   * @param what names the array in the message
   */
  public static void assertClose(
      String what, INDArray expected, INDArray actual, double tolerance) {
    if (!Arrays.equals(expected.shape(), actual.shape())) {
      Assertions.fail(
          "%s: shape %s expected, %s found"
              .formatted(what, Arrays.toString(expected.shape()), Arrays.toString(actual.shape())));
    }
    assertClose(what, values(expected), values(actual), expected.shape(), tolerance);
  }

  /** Fails unless both have one length and every element is close. */
  public static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    if (expected.length != actual.length) {
      Assertions.fail(
          "%s: %d values expected, %d found".formatted(what, expected.length, actual.length));
    }
    assertClose(what, expected, actual, new long[] {expected.length}, tolerance);
  }

  /** Fails unless a number is close. */
  public static void assertClose(String what, double expected, double actual, double tolerance) {
    assertClose(what, new double[] {expected}, new double[] {actual}, new long[0], tolerance);
  }

  private static double[] values(INDArray array) {
    return array.isEmpty()
        ? new double[0]
        : array.dup('c').castTo(DataType.DOUBLE).data().asDouble();
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, long[] shape, double tolerance) {
    double bound = tolerance * Math.max(1, peak(expected));
    int worst = -1;
    double worstError = bound;
    int misses = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = error(expected[i], actual[i]);
      if (error > bound) {
        misses++;
      }
      if (error > worstError) {
        worst = i;
        worstError = error;
      }
    }
    if (worst >= 0) {
      Assertions.fail(
          "%s%s: %s expected, %s found, off by %s, more than %s = %s x max(1, peak); %d of %d are off"
              .formatted(
                  what,
                  shape.length == 0 ? "" : Arrays.toString(index(worst, shape)),
                  expected[worst],
                  actual[worst],
                  worstError,
                  bound,
                  tolerance,
                  misses,
                  expected.length));
    }
  }

  private static double peak(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  /** How far off: 0 for equal values, both NaN included; infinite where only one is finite. */
  private static double error(double expected, double actual) {
    if (Double.compare(expected, actual) == 0 || expected == actual) {
      return 0;
    }
    double error = Math.abs(expected - actual);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static long[] index(long flat, long[] shape) {
    long[] index = new long[shape.length];
    for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
      index[dimension] = flat % shape[dimension];
      flat /= shape[dimension];
    }
    return index;
  }
}
