package org.clap4j.training.loading;

import java.nio.file.Path;
import org.clap4j.core.config.Key;
import org.clap4j.core.data.OnBadClip;
import org.jspecify.annotations.Nullable;

/**
 * How clips are brought to the trainer. None of it changes what is trained on but the first two.
 */
public record LoadingConfig(
    @Key(
            value =
                "pairs that should not meet in a batch: nothing, captions (the same text), clips"
                    + " (the same sound), both",
            defaultValue = "nothing")
        KeepApart keepApart,
    @Key(value = "what to do about a clip that cannot be read: fail, skip", defaultValue = "fail")
        OnBadClip onBadClip,
    @Key(value = "threads that read and transform clips; 0 for one per core", defaultValue = "0")
        int threads,
    @Key(value = "batches that are prepared ahead, at least 1", defaultValue = "2") int prefetch,
    @Key(
            value = "memory that decoded clips may take, so that they are read once; 0 for none",
            defaultValue = "512")
        int cacheMegabytes,
    @Key(
            value =
                "directory that keeps log-mels from run to run where nothing random changes them;"
                    + " null for none",
            defaultValue = "null")
        @Nullable Path featureCache) {

  /** Checks the ranges. */
  public LoadingConfig {
    if (threads < 0 || threads > 1_024) {
      throw new IllegalArgumentException("threads must be in [0, 1024], was " + threads);
    }
    if (prefetch < 1 || prefetch > 1_024) {
      throw new IllegalArgumentException("prefetch must be in [1, 1024], was " + prefetch);
    }
    if (cacheMegabytes < 0) {
      throw new IllegalArgumentException(
          "cache-megabytes must be at least 0, was " + cacheMegabytes);
    }
  }

  /** Two batches ahead, no caches, bad clips stop. */
  public static LoadingConfig plain() {
    return new LoadingConfig(KeepApart.NOTHING, OnBadClip.FAIL, 0, 2, 0, null);
  }

  /** Threads to use on this machine. */
  int workers() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
