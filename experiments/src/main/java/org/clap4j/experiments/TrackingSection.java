package org.clap4j.experiments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;
import org.clap4j.experiments.run.RunDirectory;

/** The tracking section alone: what sends a run needs nothing else of its configuration. */
public record TrackingSection(
    @Key("where a run is recorded") Selected<RunTrackerFactory<?>> tracking) {

  private static final String NAME = "tracking";

  /** Reads the section of a run's configuration; empty if its directory has none. */
  public static Optional<TrackingSection> of(Path runDirectory, ConfigBinder binder) {
    Path file = new RunDirectory(runDirectory).config();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ConfigNode.Mapping config = ConfigLoader.load(file, List.of());
    ConfigNode section = config.entries().get(NAME);
    return section == null
        ? Optional.empty()
        : Optional.of(
            binder.bind(
                TrackingSection.class,
                new ConfigNode.Mapping(config.place(), Map.of(NAME, section), Map.of())));
  }
}
