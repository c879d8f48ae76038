package org.clap4j.experiments.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.ComponentFactory;
import org.clap4j.core.model.Selected;
import org.jspecify.annotations.Nullable;

/** A configuration with a key of every type. */
final class Zoo {

  private Zoo() {}

  record Config(
      @Key("what people call it") String name,
      @Key(value = "how long, at least 1", defaultValue = "10") int steps,
      @Key(value = "how fast", defaultValue = "2.5") double beats,
      @Key(value = "whether it bites", defaultValue = "false") boolean wild,
      @Key(value = "how it goes", defaultValue = "fast") Mode mode,
      @Key(value = "what it is called", defaultValue = "[]") List<String> labels,
      @Key(value = "what counts", defaultValue = "{}") Map<String, Double> weights,
      @Key(value = "where it lives", defaultValue = "null") @Nullable Path file,
      Nest nest,
      @Key(value = "what it eats", defaultValue = "{type: hay, bales: 2}") Feed feed,
      @Key("who lives there") Selected<AnimalFactory<?>> animal) {

    Config {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be at least 1, was " + steps);
      }
    }
  }

  enum Mode {
    VERY_SLOW,
    FAST
  }

  record Nest(@Key(value = "in metres", defaultValue = "1") int depth) {
    Nest {
      if (depth < 0 || depth > 9) {
        throw new IllegalArgumentException("depth must be in [0, 9], was " + depth);
      }
    }
  }

  sealed interface Feed {}

  record HayFeed(@Key("how many") int bales) implements Feed {}

  record MeatFeed(@Key("how much") double kilos) implements Feed {}

  interface AnimalFactory<C extends Record> extends ComponentFactory<C> {}

  record CatConfig(@Key("how many lives it has") int lives) {}

  record DogConfig(@Key(value = "how loud", defaultValue = "0.001") double bark) {}

  private record Factory<C extends Record>(Class<C> configType) implements AnimalFactory<C> {}

  static ConfigBinder binder(Map<String, String> environment) {
    Map<String, AnimalFactory<?>> animals =
        Map.of("cat", new Factory<>(CatConfig.class), "dog", new Factory<>(DogConfig.class));
    return new ConfigBinder(ComponentKinds.none().with(AnimalFactory.class, animals), environment);
  }
}
