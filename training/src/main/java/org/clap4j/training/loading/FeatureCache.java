package org.clap4j.training.loading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.clap4j.core.io.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps log-mels in files, from run to run. An entry's name is the SHA-256 of what the values
 * follow from; it is written aside and renamed, so that no reader sees half of it, and carries a
 * checksum: a damaged entry counts as missing. Safe for use by many threads and processes.
 *
 * <p>Layout: magic, number of values, CRC-32C of the values (int32 each), values (float32); little
 * endian.
 */
final class FeatureCache {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);
  private static final int MAGIC = 0x314C4D43; // "CML1"
  private static final int HEADER_BYTES = 3 * Integer.BYTES;

  private final Path directory;

  FeatureCache(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "feature-cache " + directory + " cannot be made; choose a directory that can be written",
          e);
    }
  }

  /** Reads an entry of a known number of values; empty if there is none, or none that is whole. */
  Optional<float[]> get(String key, int values) {
    Path file = file(key);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      if (isWhole(bytes, values)) {
        float[] array = new float[values];
        bytes
            .position(HEADER_BYTES)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(array);
        return Optional.of(array);
      }
      LOG.warn("{}: cached features are damaged; computing them again", file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{}: cached features cannot be read; computing them again", file, e);
    }
    return Optional.empty();
  }

  private static boolean isWhole(ByteBuffer bytes, int values) {
    if (bytes.limit() != HEADER_BYTES + values * Float.BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getInt(Integer.BYTES) != values) {
      return false;
    }
    return bytes.getInt(2 * Integer.BYTES) == checksum(bytes);
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(HEADER_BYTES));
    return (int) crc.getValue();
  }

  /** Writes an entry. A disk that is full costs speed, not the run: it is only warned about. */
  void put(String key, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(values.length).putInt(0);
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    bytes.clear();
    bytes.putInt(2 * Integer.BYTES, checksum(bytes));
    Path file = file(key);
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Path aside = Files.createTempFile(directory, "entry", ".part");
      Files.write(aside, bytes.array());
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{}: features cannot be cached", file, e);
    }
  }

  /** Entries are spread over 256 sub-directories: some file systems are slow with large ones. */
  private Path file(String key) {
    String name = Sha256.ofText(key);
    return directory.resolve(name.substring(0, 2)).resolve(name + ".logmel");
  }
}
