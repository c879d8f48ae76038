package org.clap4j.experiments.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.core.model.PairDatasetFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.experiments.config.ComponentKinds;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;
import org.clap4j.experiments.datasets.captions.CaptionsCsvConfig;
import org.clap4j.experiments.datasets.captions.FileNameClasses;
import org.clap4j.experiments.datasets.esc50.Esc50Config;
import org.clap4j.experiments.datasets.folder.FolderConfig;
import org.clap4j.experiments.datasets.synthetic.SyntheticConfig;
import org.clap4j.experiments.inject.ExperimentsModule;
import org.junit.jupiter.api.Test;

/** The data sections that come with clap4j, and the defaults of every dataset's options. */
class DataSectionsTest {

  private static final Path SECTIONS = Path.of("configs/data");

  private static final Map<String, PairDatasetFactory<?>> DATASETS =
      Guice.createInjector(new ExperimentsModule())
          .getInstance(Key.get(new TypeLiteral<Map<String, PairDatasetFactory<?>>>() {}));

  /** The part of an experiment that chooses data. */
  record Section(
      @org.clap4j.core.config.Key("clips and captions") Selected<PairDatasetFactory<?>> data) {}

  private static Record options(ConfigNode.Mapping tree) {
    return new ConfigBinder(
            ComponentKinds.none().with(PairDatasetFactory.class, DATASETS),
            Map.of("CLAP4J_DATA", "/data"))
        .bind(Section.class, tree)
        .data()
        .options();
  }

  private static ConfigNode.Mapping file(String name, String... overrides) {
    return ConfigLoader.loadSection("data", SECTIONS.resolve(name), List.of(overrides));
  }

  @Test
  void fourLayoutsAreBound() {
    assertEquals(Set.of("esc50", "captions-csv", "folder", "synthetic"), DATASETS.keySet());
  }

  @Test
  void esc10ReadsFromTheDataFolder() {
    Esc50Config esc10 =
        assertInstanceOf(Esc50Config.class, options(file("esc10.yaml", "test-fold=2")));

    assertEquals("/data/esc10", esc10.root());
    assertEquals("meta/esc10.csv", esc10.meta());
    assertEquals(2, esc10.testFold());
    assertEquals(OnBadClip.FAIL, esc10.onBadClip());
  }

  @Test
  void spokenDigitsHaveNamesForTheirClasses() {
    CaptionsCsvConfig fsdd = assertInstanceOf(CaptionsCsvConfig.class, options(file("fsdd.yaml")));

    FileNameClasses classes = Objects.requireNonNull(fsdd.zeroShot());
    assertEquals("seven", Objects.requireNonNull(classes.names().get("digit")).get("7"));
  }

  @Test
  void quickstartStatesTheDefaults() {
    SyntheticConfig quickstart =
        assertInstanceOf(SyntheticConfig.class, options(file("quickstart.yaml")));

    assertEquals(new SyntheticConfig(2000, 200, 200, 2.5, 5, 0), quickstart);
  }

  @Test
  void folderNeedsItsRootOnly() {
    FolderConfig folder =
        assertInstanceOf(
            FolderConfig.class,
            options(ConfigLoader.section("data", "folder", List.of("root=/x"))));

    assertEquals("/x", folder.root());
  }
}
