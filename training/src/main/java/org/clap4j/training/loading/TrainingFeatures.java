package org.clap4j.training.loading;

import java.util.List;
import java.util.Optional;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LogMelSpectrogram;
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

  private final LogMelSpectrogram spectrogram;
  private final ClipLength clipLength;
  private final AugmentationConfig augmentation;
  private final SpeedPerturbation speedPerturbation;
  private final WaveformAugmentation waveformAugmentation;
  private final SpecAugment specAugment;
  private final WaveformCache waveforms;
  private final @Nullable FeatureCache features;

  TrainingFeatures(
      LogMelSettings settings,
      ClipLength clipLength,
      AugmentationConfig augmentation,
      List<AudioClip> noises,
      LoadingConfig loading) {
    spectrogram = new LogMelSpectrogram(settings);
    this.clipLength = clipLength;
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

  /** F · M: values of every clip's log-mel. */
  int size() {
    return spectrogram.size(clipLength.samples(spectrogram.settings().sampleRateHz()));
  }

  LogMelSettings settings() {
    return spectrogram.settings();
  }

  /**
   * Computes a clip's log-mel.
   *
   * @param alike the other clips with the caption that the clip has in this epoch
   * @param seed what all random changes of this clip in this epoch are drawn from
   * @return [F, M] in dB
   * @throws AudioException if the clip cannot be read
   */
  float[] compute(AudioClip clip, List<AudioClip> alike, RandomSeed seed) throws AudioException {
    float[] logMel = plain(clip, alike, seed);
    specAugment.apply(logMel, spectrogram.settings().melBins(), seed.split("spec-augment"));
    return logMel;
  }

  private float[] plain(AudioClip clip, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    if (features == null) {
      return transformed(read(clip), alike, seed);
    }
    // Only clips that are not cropped at random have entries, so that finding one is enough.
    String key = spectrogram.settings() + "|" + clipLength + "|" + clip.contentKey();
    Optional<float[]> known = features.get(key, size());
    if (known.isPresent()) {
      return known.get();
    }
    Waveform waveform = read(clip);
    float[] logMel = transformed(waveform, alike, seed);
    if (clipLength.isFixed(waveform.samples().length, waveform.sampleRateHz())) {
      features.put(key, logMel);
    }
    return logMel;
  }

  private Waveform read(AudioClip clip) throws AudioException {
    Waveform waveform = waveforms.read(clip, spectrogram.settings().sampleRateHz());
    if (waveform.samples().length == 0) {
      throw new AudioException(clip.name() + ": holds no samples; take the clip off the list");
    }
    return waveform;
  }

  private float[] transformed(Waveform waveform, List<AudioClip> alike, RandomSeed seed)
      throws AudioException {
    Waveform perturbed = speedPerturbation.apply(waveform, seed.split("speed"));
    float[] samples = clipLength.forTraining(perturbed, seed.split("crop"));
    if (augmentation.changesWaveform()) {
      samples =
          waveformAugmentation.apply(
              samples, waveform.sampleRateHz(), alike, seed.split("waveform"));
    }
    float[] logMel = new float[size()];
    spectrogram.compute(samples, logMel, 0);
    return logMel;
  }
}
