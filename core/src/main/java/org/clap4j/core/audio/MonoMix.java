package org.clap4j.core.audio;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_DBL;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S32;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S64;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_U8;
import static org.bytedeco.ffmpeg.global.avutil.av_get_packed_sample_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Collects decoded frames as the mean of their channels, full scale 1. */
final class MonoMix {

  /** Arrays cannot be larger on every JVM. */
  private static final int MOST_SAMPLES = Integer.MAX_VALUE - 8;

  private final Path file;
  private final int sampleRateHz;
  private float[] samples = new float[1 << 16];
  private int size;

  MonoMix(Path file, int sampleRateHz) {
    this.file = file;
    this.sampleRateHz = sampleRateHz;
  }

  /** Number of samples so far. */
  int size() {
    return size;
  }

  /** Copies what has been collected, a number of samples at most. */
  float[] samples(int most) {
    return Arrays.copyOf(samples, Math.min(size, most));
  }

  /** Adds a frame of any number of channels, in any of FFmpeg's sample formats. */
  void add(AVFrame frame) throws AudioException {
    if (frame.sample_rate() != sampleRateHz) {
      throw new AudioException(
          file
              + ": changes its sample rate from "
              + sampleRateHz
              + " to "
              + frame.sample_rate()
              + " Hz on the way; export it again at one rate");
    }
    int length = frame.nb_samples();
    int channels = frame.channels();
    reserve(length);
    if (av_sample_fmt_is_planar(frame.format()) == 1) {
      for (int c = 0; c < channels; c++) {
        float[] plane = toFloats(frame.extended_data(c), frame.format(), length);
        addChannel(plane, 0, 1, length);
      }
    } else {
      float[] interleaved = toFloats(frame.extended_data(0), frame.format(), length * channels);
      for (int c = 0; c < channels; c++) {
        addChannel(interleaved, c, channels, length);
      }
    }
    for (int i = size; i < size + length; i++) {
      samples[i] /= channels;
    }
    size += length;
  }

  private void addChannel(float[] from, int first, int stride, int length) {
    for (int i = 0; i < length; i++) {
      samples[size + i] += from[first + i * stride];
    }
  }

  private void reserve(int more) throws AudioException {
    long needed = (long) size + more;
    if (needed > MOST_SAMPLES) {
      throw new AudioException(
          file + ": holds more than " + MOST_SAMPLES + " samples; cut it into shorter files");
    }
    if (needed > samples.length) {
      samples = Arrays.copyOf(samples, (int) Math.min(MOST_SAMPLES, Math.max(needed, 2L * size)));
    }
  }

  private float[] toFloats(BytePointer data, int format, int length) throws AudioException {
    float[] floats = new float[length];
    int packed = av_get_packed_sample_fmt(format);
    if (packed == AV_SAMPLE_FMT_FLT) {
      new FloatPointer(data).get(floats, 0, length);
    } else if (packed == AV_SAMPLE_FMT_S16) {
      short[] values = new short[length];
      new ShortPointer(data).get(values, 0, length);
      for (int i = 0; i < length; i++) {
        floats[i] = values[i] * 0x1p-15f;
      }
    } else if (packed == AV_SAMPLE_FMT_S32) {
      int[] values = new int[length];
      new IntPointer(data).get(values, 0, length);
      for (int i = 0; i < length; i++) {
        floats[i] = values[i] * 0x1p-31f;
      }
    } else if (packed == AV_SAMPLE_FMT_DBL) {
      double[] values = new double[length];
      new DoublePointer(data).get(values, 0, length);
      for (int i = 0; i < length; i++) {
        floats[i] = (float) values[i];
      }
    } else if (packed == AV_SAMPLE_FMT_U8) {
      byte[] values = new byte[length];
      data.get(values, 0, length);
      for (int i = 0; i < length; i++) {
        floats[i] = ((values[i] & 0xFF) - 128) * 0x1p-7f;
      }
    } else if (packed == AV_SAMPLE_FMT_S64) {
      long[] values = new long[length];
      new LongPointer(data).get(values, 0, length);
      for (int i = 0; i < length; i++) {
        floats[i] = values[i] * 0x1p-63f;
      }
    } else {
      throw new AudioException(
          file + ": has samples of FFmpeg's format " + format + "; convert it to WAV or FLAC");
    }
    return floats;
  }
}
