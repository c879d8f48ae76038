package org.clap4j.experiments.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigBindingTest {

  private static final String MINIMAL = "name: Zoo\nanimal: {type: cat, lives: 9}\n";

  @TempDir Path folder;

  private Zoo.Config bind(String yaml, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
    return Zoo.binder(Map.of("DATA", "/data"))
        .bind(Zoo.Config.class, ConfigLoader.load(file, List.of(overrides)));
  }

  @Test
  void absentKeysTakeTheirDefaults() throws IOException {
    Zoo.Config config = bind(MINIMAL);
    assertEquals(10, config.steps());
    assertEquals(2.5, config.beats());
    assertEquals(Zoo.Mode.FAST, config.mode());
    assertEquals(List.of(), config.labels());
    assertNull(config.file());
    assertEquals(new Zoo.Nest(1), config.nest());
    assertEquals(new Zoo.HayFeed(2), config.feed());
    assertEquals(new Zoo.CatConfig(9), config.animal().options());
  }

  @Test
  void everyTypeIsRead() throws IOException {
    Zoo.Config config =
        bind(
            MINIMAL
                + """
                steps: +7
                beats: -1.5e-3
                wild: true
                mode: very-slow
                labels: [a, "b c", 3, yes]
                weights: {x: 1, y: .inf}
                file: ${DATA}/x
                nest: {depth: 3}
                feed: {type: meat, kilos: 2}
                """);
    assertEquals(7, config.steps());
    assertEquals(-1.5e-3, config.beats());
    assertEquals(true, config.wild());
    assertEquals(Zoo.Mode.VERY_SLOW, config.mode());
    assertEquals(List.of("a", "b c", "3", "yes"), config.labels());
    assertEquals(Map.of("x", 1.0, "y", Double.POSITIVE_INFINITY), config.weights());
    assertEquals(Path.of("/data/x"), config.file());
    assertEquals(3, config.nest().depth());
    assertEquals(new Zoo.MeatFeed(2), config.feed());
  }

  @Test
  void fileGoesOverItsParentAndOverridesOverBoth() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/base.yaml"), MINIMAL + "steps: 1\nbeats: 1\n");
    Zoo.Config config =
        bind("extends: sub/base.yaml\nsteps: 2\nbeats: 2\nnest: {depth: 2}\n", "beats=3");
    assertEquals("Zoo", config.name());
    assertEquals(2, config.steps());
    assertEquals(3, config.beats());
    assertEquals(2, config.nest().depth());
  }

  @Test
  void sectionMayExtendAFileOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("dog.yaml"), "type: dog\nbark: 5\n");
    Zoo.Config config = bind("name: Zoo\nanimal: {extends: dog.yaml, bark: 6}\n");
    assertEquals(new Zoo.DogConfig(6), config.animal().options());
  }

  @Test
  void sectionsMergeKeyByKey() throws IOException {
    assertEquals(new Zoo.CatConfig(3), bind(MINIMAL, "animal.lives=3").animal().options());
    assertEquals(new Zoo.HayFeed(5), bind(MINIMAL, "feed.bales=5").feed());
  }

  @Test
  void typeReplacesTheInheritedSection() throws IOException {
    Zoo.Config config = bind(MINIMAL, "animal.type=dog");
    assertEquals("dog", config.animal().type());
    assertEquals(new Zoo.DogConfig(0.001), config.animal().options());
  }

  @Test
  void orderOfOverridesDoesNotMatter() throws IOException {
    assertEquals(
        bind(MINIMAL, "animal.type=dog", "animal.bark=2").animal(),
        bind(MINIMAL, "animal.bark=2", "animal.type=dog").animal());
  }

  @Test
  void whatIsWrittenBindsToEqualRecords() throws IOException {
    Zoo.Config config =
        bind(
            MINIMAL.replace("Zoo", "\"3: # no $${DATA}\""),
            "beats=1e-8",
            "labels=['', ' a', \"x\\ny\", 'null', '{}', 'a, b']",
            "weights={x: 100, 'y z': .inf, z: 1e20}",
            "feed={type: meat, kilos: 0.07}",
            "animal={type: dog}");
    assertEquals("3: # no ${DATA}", config.name());
    String written = ConfigWriter.yaml(config);
    assertEquals(config.toString(), bind(written).toString(), written);
    assertEquals(ConfigWriter.hash(config), ConfigWriter.hash(bind(written)));
    assertNotEquals(ConfigWriter.hash(config), ConfigWriter.hash(bind(written, "steps=11")));
  }

  @Test
  void writtenConfigHoldsEveryKey() throws IOException {
    assertEquals(
        """
        name: Zoo
        steps: 10
        beats: 2.5
        wild: false
        mode: fast
        labels: []
        weights: {}
        file: null
        nest:
          depth: 1
        feed:
          type: hay
          bales: 2
        animal:
          type: cat
          lives: 9
        """,
        ConfigWriter.yaml(bind(MINIMAL)));
  }

  @Test
  void flatKeysAreDotted() throws IOException {
    Map<String, String> flat = ConfigWriter.flat(bind(MINIMAL, "labels=[a, b]"));
    assertEquals("9", flat.get("animal.lives"));
    assertEquals("[a, b]", flat.get("labels"));
    assertEquals("null", flat.get("file"));
  }

  @Test
  void sectionFilesAreReadWithoutTheirName() throws IOException {
    Path file = Files.writeString(folder.resolve("nest.yaml"), "depth: 4\n");
    ConfigNode.Mapping tree = ConfigLoader.loadSection("nest", file, List.of("depth=5"));
    record Sections(Zoo.Nest nest) {}
    assertEquals(new Zoo.Nest(5), Zoo.binder(Map.of()).bind(Sections.class, tree).nest());
  }
}
