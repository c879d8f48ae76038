package org.clap4j.core.audio;

import static org.bytedeco.ffmpeg.global.avutil.AV_CH_LAYOUT_MONO;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_double;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Changes the sample rate of mono PCM with libswresample: a windowed sinc of 64 taps (at the lower
 * of the two rates), Kaiser window, cut off at 97 % of the lower Nyquist frequency. Sample 0 stays
 * at time 0; both ends are drained.
 */
public final class FfmpegResampler {

  private static final int TAPS = 64;
  private static final double CUTOFF = 0.97;

  private FfmpegResampler() {}

  /**
   * Resamples T samples to ceil(T toHz / fromHz). Only the ratio of the two rates matters; the
   * smaller their terms once it is reduced, the faster.
   *
   * @return the samples themselves if the rates are equal
   */
  public static float[] resample(float[] samples, int fromHz, int toHz) {
    if (fromHz == toHz) {
      return samples;
    }
    long length = ((long) samples.length * toHz + fromHz - 1) / fromHz;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          samples.length + " samples at " + fromHz + " Hz are too many for " + toHz + " Hz");
    }
    SwrContext context = open(fromHz, toHz);
    try (FloatPointer in = new FloatPointer(samples);
        FloatPointer out = new FloatPointer(length);
        PointerPointer<Pointer> inPlanes = new PointerPointer<>(1);
        PointerPointer<Pointer> outPlanes = new PointerPointer<>(1)) {
      inPlanes.put(0, in);
      outPlanes.put(0, out);
      int written = check(swr_convert(context, outPlanes, (int) length, inPlanes, samples.length));
      float[] resampled = new float[(int) length];
      out.get(resampled, 0, written);
      int drained = written;
      while (drained > 0 && written < length) {
        int missing = (int) length - written;
        drained = check(swr_convert(context, outPlanes, missing, (PointerPointer<?>) null, 0));
        out.get(resampled, written, drained);
        written += drained;
      }
      return resampled;
    } finally {
      swr_free(context);
    }
  }

  private static SwrContext open(int fromHz, int toHz) {
    SwrContext context =
        swr_alloc_set_opts(
            null,
            AV_CH_LAYOUT_MONO,
            AV_SAMPLE_FMT_FLT,
            toHz,
            AV_CH_LAYOUT_MONO,
            AV_SAMPLE_FMT_FLT,
            fromHz,
            0,
            null);
    av_opt_set_int(context, "filter_size", TAPS, 0);
    av_opt_set_double(context, "cutoff", CUTOFF, 0);
    int status = swr_init(context);
    if (status < 0) {
      swr_free(context);
      throw new IllegalArgumentException("cannot resample from " + fromHz + " to " + toHz + " Hz");
    }
    return context;
  }

  private static int check(int status) {
    if (status < 0) {
      throw new IllegalStateException("libswresample failed with status " + status);
    }
    return status;
  }
}
