package org.clap4j.training.loading;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSpectrogram;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.training.augment.AugmentationConfig;
import org.clap4j.training.augment.SpecAugment;
import org.clap4j.training.augment.SpeedPerturbation;
import org.clap4j.training.augment.WaveformAugmentation;
import org.jspecify.annotations.Nullable;

/**
 * Turns a clip into what the audio encoder is trained on: read, brought to length, augmented,
 * transformed, augmented again. Safe for use by many threads; what comes out follows from clip and
 * seed.
 */
final class TrainingFeatures {

  /** Ends the keys of cached clips that are fused. */
  private static final String FUSED = "|fused";

  private final AudioInput input;
  private final LogMelSpectrogram spectrogram;
  private final ClipLength clipLength;
  private final LongClipFusion fusion;
  private final AugmentationConfig augmentation;
  private final SpeedPerturbation speedPerturbation;
  private final WaveformAugmentation waveformAugmentation;
  private final SpecAugment specAugment;
  private final WaveformCache waveforms;
  private final @Nullable FeatureCache features;

  TrainingFeatures(
      AudioInput input,
      AugmentationConfig augmentation,
      List<AudioClip> noises,
      LoadingConfig loading) {
    this.input = input;
    spectrogram = new LogMelSpectrogram(input.frontEnd());
    clipLength = input.clipLength();
    fusion = new LongClipFusion(spectrogram, input.samples());
    this.augmentation = augmentation;
    waveforms = new WaveformCache(loading.cacheMegabytes() * 1_000_000L);
    speedPerturbation = new SpeedPerturbation(augmentation.speed());
    waveformAugmentation = new WaveformAugmentation(augmentation, noises, waveforms::read);
    specAugment = new SpecAugment(augmentation.specAugment());
    features =
        loading.featureCache() == null || augmentation.changesWaveform()
            ? null
            : new FeatureCache(loading.featureCache());
  }

  /** F · M: values of every log-mel. */
  private int size() {
    return spectrogram.size(input.samples());
  }

  AudioInput input() {
    return input;
  }

  /**
   * Computes a clip's log-mel.
   *
   * @param alike the other clips with the caption that the clip has in this epoch
   * @param seed what all random changes of this clip in this epoch are drawn from
   * @return in dB; stripes are the same in all log-mels of a clip
   * @throws AudioException if the clip cannot be read
   */
  ClipLogMel compute(AudioClip clip, List<AudioClip> alike, RandomSeed seed) throws AudioException {
    ClipLogMel logMel = plain(clip, alike, seed);
    float[] values = logMel.values();
    for (int from = 0; from < values.length; from += size()) {
      float[] map = Arrays.copyOfRange(values, from, from + size());
      specAugment.apply(map, input.frontEnd().melBins(), seed.split("spec-augment"));
      System.arraycopy(map, 0, values, from, map.length);
    }
    return logMel;
  }

  private ClipLogMel plain(AudioClip clip, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    if (features == null) {
      return transformed(read(clip), alike, seed);
    }
    // Only clips that are not cropped at random have entries, so that finding one is enough.
    String key = spectrogram.settings() + "|" + clipLength + "|" + clip.contentKey();
    Optional<ClipLogMel> known = cached(features, key);
    if (known.isPresent()) {
      return known.get();
    }
    Waveform waveform = read(clip);
    ClipLogMel logMel = transformed(waveform, alike, seed);
    if (isFixed(waveform)) {
      features.put(logMel.isLonger() ? key + FUSED : key + whole(), logMel.values());
    }
    return logMel;
  }

  private boolean isFixed(Waveform waveform) {
    int samples = waveform.samples().length;
    return clipLength.isFixed(samples, waveform.sampleRateHz())
        || (isTakenWhole(samples) && !fusion.isLonger(samples));
  }

  private Optional<ClipLogMel> cached(FeatureCache cache, String key) {
    Optional<ClipLogMel> single = cache.get(key + whole(), size()).map(ClipLogMel::single);
    return single.isPresent() || !input.fusesLongClips()
        ? single
        : cache
            .get(key + FUSED, LongClipFusion.MAPS * size())
            .map(values -> new ClipLogMel(values, true));
  }

  /** Where long clips are fused, one that is hardly longer is not cropped. */
  private String whole() {
    return input.fusesLongClips() ? "|whole" : "";
  }

  private Waveform read(AudioClip clip) throws AudioException {
    Waveform waveform = waveforms.read(clip, spectrogram.settings().sampleRateHz());
    if (waveform.samples().length == 0) {
      throw new AudioException(clip.name() + ": holds no samples; take the clip off the list");
    }
    return waveform;
  }

  private ClipLogMel transformed(Waveform waveform, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    Waveform perturbed = speedPerturbation.apply(waveform, seed.split("speed"));
    boolean isFused = input.fusesLongClips() && fusion.isLonger(perturbed.samples().length);
    float[] samples =
        isTakenWhole(perturbed.samples().length)
            ? perturbed.samples()
            : clipLength.forTraining(perturbed, seed.split("crop"));
    if (augmentation.changesWaveform()) {
      samples =
          waveformAugmentation.apply(
              samples, waveform.sampleRateHz(), alike, seed.split("waveform"));
    }
    if (isFused) {
      return new ClipLogMel(fusion.compute(samples, starts(samples.length, seed)), true);
    }
    float[] logMel = new float[size()];
    spectrogram.compute(samples, logMel, 0);
    return ClipLogMel.single(logMel);
  }

  /** Longer clips that are fused, and those that have the window's frames as they are. */
  private boolean isTakenWhole(int samples) {
    return input.fusesLongClips() && samples > input.samples();
  }

  /** Where the parts of a longer clip begin: a crop's choice, in each third. */
  private int[] starts(int samples, RandomSeed seed) {
    return switch (clipLength.crop()) {
      case RANDOM -> fusion.randomStarts(samples, seed.split("crop"));
      case CENTRE -> fusion.centredStarts(samples);
      case START -> fusion.firstStarts(samples);
    };
  }
}
