package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** What sounds through the whole clip, and the phrases that say so. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum Background {
  SILENCE(Backgrounds::noiseFloor, "", "in silence", "with nothing behind"),
  HISS(Backgrounds::hiss, "over a steady hiss", "with white noise behind", "in hiss"),
  WIND(Backgrounds::wind, "in the wind", "with wind behind", "while wind swells and fades"),
  HUM(Backgrounds::hum, "over an electric hum", "with a humming machine behind", "in hum"),
  RUMBLE(Backgrounds::rumble, "over a rumble", "with a rumble behind", "in rumbling");

  private final Texture texture;
  private final List<String> phrases;

  Background(Texture texture, String... phrases) {
    this.texture = texture;
    this.phrases = List.of(phrases);
  }

  Texture texture() {
    return texture;
  }

  /** Phrases to follow the events; an empty one says nothing. */
  List<String> phrases() {
    return phrases;
  }
}
