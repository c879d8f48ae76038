package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/**
 * What a clip holds, as far as words tell. Equal scenes mean the same; scenes that differ are
 * described differently.
 *
 * @param relation how the events stand to one another
 * @param events one or two, of different kinds; sorted where their order says nothing
 * @param background what sounds throughout
 */
record Scene(Relation relation, List<SoundEvent> events, Background background) {

  /** Checks the events and brings them into order. */
  Scene {
    if (events.size() != relation.events()) {
      throw new IllegalArgumentException(
          relation + " has " + relation.events() + " events, was " + events);
    }
    if (events.stream().map(SoundEvent::kind).distinct().count() != events.size()) {
      throw new IllegalArgumentException("events must be of different kinds, were " + events);
    }
    events = relation == Relation.WHILE ? events.stream().sorted().toList() : List.copyOf(events);
  }
}
