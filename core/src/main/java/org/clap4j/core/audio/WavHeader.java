package org.clap4j.core.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a RIFF WAV file says of itself: for messages that tell what is wrong with it, where FFmpeg
 * only says that something is, or nothing.
 *
 * @param channels number of channels, -1 if there is no format chunk
 * @param sampleRateHz samples per second, -1 if there is no format chunk
 * @param statedBytes length of the sound as stated, -1 if there is no data chunk
 * @param presentBytes how many of them the file holds
 */
record WavHeader(int channels, long sampleRateHz, long statedBytes, long presentBytes) {

  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int FORMAT_BYTES = 16;

  /** What programs write that do not know the length beforehand. */
  private static final long UNKNOWN_LENGTH = 0xFFFFFFFFL;

  /** Reads the chunks up to the sound; empty if the file is no RIFF WAV. */
  static Optional<WavHeader> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer riff = bytes(channel, 0, 12);
      if (riff.remaining() < 12 || !tag(riff, 0).equals("RIFF") || !tag(riff, 8).equals("WAVE")) {
        return Optional.empty();
      }
      return Optional.of(chunks(channel));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static WavHeader chunks(FileChannel file) throws IOException {
    int channels = -1;
    long sampleRateHz = -1;
    long at = 12;
    while (true) {
      ByteBuffer header = bytes(file, at, CHUNK_HEADER_BYTES);
      if (header.remaining() < CHUNK_HEADER_BYTES) {
        return new WavHeader(channels, sampleRateHz, -1, 0);
      }
      long length = Integer.toUnsignedLong(header.getInt(4));
      at += CHUNK_HEADER_BYTES;
      if (tag(header, 0).equals("data")) {
        return new WavHeader(
            channels, sampleRateHz, length, Math.min(length, Math.max(0, file.size() - at)));
      }
      ByteBuffer format = bytes(file, at, FORMAT_BYTES);
      if (tag(header, 0).equals("fmt ") && format.remaining() == FORMAT_BYTES) {
        channels = Short.toUnsignedInt(format.getShort(2));
        sampleRateHz = Integer.toUnsignedLong(format.getInt(4));
      }
      at += length + (length & 1); // chunks are padded to even lengths
    }
  }

  private static ByteBuffer bytes(FileChannel file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }

  private static String tag(ByteBuffer bytes, int at) {
    byte[] tag = new byte[4];
    bytes.get(at, tag);
    return new String(tag, StandardCharsets.US_ASCII);
  }

  /** Says why nothing can be decoded; empty if the header does not show it. */
  Optional<String> fault() {
    if (channels == 0) {
      return Optional.of("its header states 0 channels");
    }
    if (sampleRateHz == 0) {
      return Optional.of("its header states a sample rate of 0 Hz");
    }
    if (channels < 0) {
      return Optional.of("its format chunk is missing or cut off");
    }
    if (statedBytes < 0) {
      return Optional.of("it ends before its samples begin");
    }
    return Optional.empty();
  }

  /** Whether the file holds less sound than it states. */
  boolean isCutShort() {
    return statedBytes != UNKNOWN_LENGTH && presentBytes < statedBytes;
  }
}
