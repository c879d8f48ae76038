package org.clap4j.training.loading;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;

/**
 * Keeps decoded clips in memory until it is full, and those for good: in training every clip comes
 * once an epoch, so that dropping the oldest would drop each just before it is needed. Safe for use
 * by many threads.
 */
final class WaveformCache {

  private final Map<String, Waveform> waveforms = new ConcurrentHashMap<>();
  private final AtomicLong freeBytes;

  WaveformCache(long bytes) {
    freeBytes = new AtomicLong(bytes);
  }

  /** Reads a clip, or gives what was read before. The samples must not be changed. */
  Waveform read(AudioClip clip, int sampleRateHz) throws AudioException {
    String key = sampleRateHz + "|" + clip.contentKey();
    Waveform known = waveforms.get(key);
    if (known != null) {
      return known;
    }
    Waveform waveform = clip.read(sampleRateHz);
    long bytes = (long) waveform.samples().length * Float.BYTES;
    if (freeBytes.addAndGet(-bytes) < 0 || waveforms.putIfAbsent(key, waveform) != null) {
      freeBytes.addAndGet(bytes);
    }
    return waveform;
  }
}
