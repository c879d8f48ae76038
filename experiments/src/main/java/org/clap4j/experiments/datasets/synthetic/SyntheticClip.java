package org.clap4j.experiments.datasets.synthetic;

import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.random.RandomSeed;

/**
 * A scene that is rendered when it is read, at any sample rate.
 *
 * @param name name for people: {@code synthetic/test-0012}
 * @param scene what it holds
 * @param seconds its length
 * @param seed what the words leave open
 */
record SyntheticClip(String name, Scene scene, double seconds, RandomSeed seed)
    implements AudioClip {

  /** Changes whenever the same scene and seed come to sound different. */
  private static final String GENERATOR = "soundscapes-1";

  @Override
  public String contentKey() {
    return String.join("|", GENERATOR, scene.toString(), seconds + " s", seed.toString());
  }

  @Override
  public Waveform read(int sampleRateHz) {
    return new Waveform(SceneSynthesizer.render(scene, seconds, sampleRateHz, seed), sampleRateHz);
  }
}
