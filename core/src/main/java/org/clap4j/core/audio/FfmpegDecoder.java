package org.clap4j.core.audio;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** One file that is being decoded to mono PCM at its own sample rate. Used by one thread. */
final class FfmpegDecoder implements AutoCloseable {

  private static final String READABLE =
      "WAV, FLAC, Ogg Vorbis, Opus, MP3, AAC/M4A and the like can be read";

  /** Demuxers that hold sound themselves: none that would open further files or addresses. */
  private static final String CONTAINERS =
      "wav,w64,rf64,aiff,au,caf,flac,ogg,mp3,aac,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,amr,ac3,"
          + "eac3,wv,ape,tta,asf,avi,mpegts,mpeg,voc,nistsphere,sds,sox";

  /**
   * Packets of 16-bit WAV in which FFmpeg looks for another codec that is disguised as PCM: enough
   * for DTS, whose frames have 2,048 bytes. Its own 32 take longer than all the decoding.
   */
  private static final String WAV_PROBE_PACKETS = "4";

  private static final int AVERROR_EAGAIN = -11;
  private static final int AVERROR_EINVAL = -22;

  static {
    av_log_set_level(AV_LOG_QUIET);
  }

  private final Path file;
  private final AVFormatContext container = new AVFormatContext((Pointer) null);
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private @Nullable AVCodecContext codec;
  private AudioProperties properties = new AudioProperties(0, 0, Double.NaN);
  private int streamIndex;
  private int damagedPackets;

  private FfmpegDecoder(Path file) {
    this.file = file;
  }

  /** Opens a file, finds its sound and prepares its codec. */
  static FfmpegDecoder open(Path file) throws AudioException {
    FfmpegDecoder decoder = new FfmpegDecoder(file);
    try {
      decoder.openContainer();
      decoder.openCodec();
      return decoder;
    } catch (AudioException | RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  private void openContainer() throws AudioException {
    AVDictionary options = new AVDictionary((Pointer) null);
    try (BytePointer url =
        new BytePointer(
            ("file:" + file.toAbsolutePath() + "\0").getBytes(StandardCharsets.UTF_8))) {
      av_dict_set(options, "protocol_whitelist", "file", 0);
      av_dict_set(options, "format_whitelist", CONTAINERS, 0);
      if (WavHeader.read(file).isPresent()) {
        av_dict_set(options, "max_probe_packets", WAV_PROBE_PACKETS, 0);
      }
      int status = avformat_open_input(container, url, null, options);
      if (status == AVERROR_EOF) {
        throw new AudioException(
            file + ": ends before its samples begin; fetch or export it again");
      }
      // A format that is not on the list gives EINVAL.
      if (status == AVERROR_INVALIDDATA || status == AVERROR_EINVAL) {
        throw new AudioException(file + ": " + fault("is not a sound file, or is damaged"));
      }
      check(status, "cannot be opened");
    } finally {
      av_dict_free(options);
    }
    check(avformat_find_stream_info(container, (AVDictionary) null), "has an unreadable header");
  }

  private void openCodec() throws AudioException {
    streamIndex = av_find_best_stream(container, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0);
    if (streamIndex < 0) {
      throw new AudioException(file + ": " + fault("holds no sound that can be decoded"));
    }
    AVStream stream = container.streams(streamIndex);
    AVCodecParameters parameters = stream.codecpar();
    if (parameters.channels() <= 0 || parameters.sample_rate() <= 0) {
      throw new AudioException(
          file
              + ": its header states "
              + parameters.channels()
              + " channels at "
              + parameters.sample_rate()
              + " Hz; fetch or export it again");
    }
    properties =
        new AudioProperties(
            parameters.channels(), parameters.sample_rate(), statedSeconds(container, stream));
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null) {
      throw new AudioException(file + ": there is no decoder for its codec; " + READABLE);
    }
    AVCodecContext context = avcodec_alloc_context3(decoder);
    codec = context;
    check(avcodec_parameters_to_context(context, parameters), "has codec settings out of range");
    context.pkt_timebase(stream.time_base());
    context.thread_count(1);
    check(avcodec_open2(context, decoder, (AVDictionary) null), "has codec settings out of range");
  }

  /** Says what is wrong with the file, as far as its header shows it. */
  private String fault(String otherwise) {
    return WavHeader.read(file)
        .flatMap(WavHeader::fault)
        .map(fault -> fault + "; fetch or export it again")
        .orElse(otherwise + "; " + READABLE);
  }

  private static double statedSeconds(AVFormatContext container, AVStream stream) {
    if (stream.duration() != AV_NOPTS_VALUE && stream.duration() > 0) {
      return stream.duration() * av_q2d(stream.time_base());
    }
    return container.duration() > 0 ? (double) container.duration() / AV_TIME_BASE : Double.NaN;
  }

  /** What the header says. */
  AudioProperties properties() {
    return properties;
  }

  /** How many packets could not be decoded so far. */
  int damagedPackets() {
    return damagedPackets;
  }

  /** Decodes everything: the mean of the channels, at least one sample. */
  float[] decode() throws AudioException {
    return decode(Integer.MAX_VALUE);
  }

  /** Decodes the first packets, until a sample comes out. */
  float[] decodeBeginning() throws AudioException {
    return decode(1);
  }

  private float[] decode(int enough) throws AudioException {
    MonoMix mix = new MonoMix(file, properties.sampleRateHz());
    boolean ended = false;
    while (!ended && mix.size() < enough) {
      int status = av_read_frame(container, packet);
      // A read error amid the file ends it: what came before is used, as of a truncated file.
      ended = status < 0;
      if (ended) {
        damagedPackets += status == AVERROR_EOF ? 0 : 1;
        send(null, mix);
      } else {
        if (packet.stream_index() == streamIndex) {
          send(packet, mix);
        }
        av_packet_unref(packet);
      }
    }
    if (mix.size() == 0) {
      throw new AudioException(
          file
              + ": holds no samples"
              + (damagedPackets > 0 ? " that can be decoded; it is damaged" : "")
              + "; fetch or export it again");
    }
    return mix.samples(statesExactLength() ? statedSamples() : Integer.MAX_VALUE);
  }

  /** Whether the stated duration is exact, without the padding that an encoder added: MP4's is. */
  private boolean statesExactLength() {
    return container.iformat().name().getString().startsWith("mov,")
        && properties.durationSeconds() > 0;
  }

  private int statedSamples() {
    return (int) Math.max(1, Math.rint(properties.durationSeconds() * properties.sampleRateHz()));
  }

  /** Gives a packet to the decoder, null for the end, and takes all frames that come out. */
  private void send(@Nullable AVPacket next, MonoMix mix) throws AudioException {
    AVCodecContext context = Objects.requireNonNull(codec);
    if (avcodec_send_packet(context, next) < 0) {
      damagedPackets++;
      return;
    }
    int status = avcodec_receive_frame(context, frame);
    while (status >= 0) {
      mix.add(frame);
      status = avcodec_receive_frame(context, frame);
    }
    if (status != AVERROR_EAGAIN && status != AVERROR_EOF) {
      damagedPackets++;
    }
  }

  private void check(int status, String what) throws AudioException {
    if (status < 0) {
      byte[] reason = new byte[256];
      av_strerror(status, reason, reason.length);
      String text = new String(reason, StandardCharsets.UTF_8);
      throw new AudioException(
          file + ": " + what + " (" + text.substring(0, text.indexOf('\0')) + "); " + READABLE);
    }
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    av_frame_free(frame);
    av_packet_free(packet);
    if (codec != null) {
      avcodec_free_context(codec);
    }
    avformat_close_input(container);
  }
}
