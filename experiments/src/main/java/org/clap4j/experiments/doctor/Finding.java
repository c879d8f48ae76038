package org.clap4j.experiments.doctor;

/**
 * What was found about one matter.
 *
 * @param topic the matter: {@code java}, {@code gpu} …
 * @param ok whether nothing needs to be done
 * @param found what is there
 * @param advice what to do; empty if nothing
 */
public record Finding(String topic, boolean ok, String found, String advice) {

  static Finding ok(String topic, String found) {
    return new Finding(topic, true, found, "");
  }

  static Finding problem(String topic, String found, String advice) {
    return new Finding(topic, false, found, advice);
  }

  /** The finding in one line. */
  public String line() {
    String head = (ok ? "OK    " : "DO    ") + topic + ": " + found;
    return advice.isEmpty() ? head : head + " -> " + advice;
  }
}
