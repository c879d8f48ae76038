package org.clap4j.experiments.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clap4j.core.weights.WeightFormat;
import org.clap4j.encoders.weights.PublishedFormat;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keeps docs/pretrained.md true: its configurations and those of docs/encoders.md bind, its table
 * has all formats.
 */
class PretrainedGuideTest {

  private static final Path GUIDE = Path.of("../docs/pretrained.md");
  private static final Pattern CONFIG =
      Pattern.compile("<!-- config -->\n```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9-]+)` \\|.*\\|.*\\|", Pattern.MULTILINE);

  @TempDir private Path folder = Path.of("");

  static Stream<String> configurations() throws IOException {
    String guides = Files.readString(GUIDE) + Files.readString(Path.of("../docs/encoders.md"));
    return CONFIG.matcher(guides).results().map(match -> match.group(1)).toList().stream();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void configurationBinds(String yaml) throws IOException {
    Path base = Path.of("configs/base.yaml").toAbsolutePath();
    Path file =
        Files.writeString(
            folder.resolve("guide.yaml"),
            yaml.replace("experiments/configs/base.yaml", base.toString()));
    Injector injector = Clap4jInjector.create(List.of(), Map.of());
    ExperimentConfig config =
        injector
            .getInstance(ConfigBinder.class)
            .bind(ExperimentConfig.class, ConfigLoader.load(file, List.of()));
    assertDoesNotThrow(() -> Components.audioEncoder(config.audioEncoder()));
    PretrainedFile model = config.pretrained().model();
    if (model != null) { // the model is named after its format
      WeightFormat format = Objects.requireNonNull(PublishedFormat.all().get(config.name()));
      assertEquals(
          format.frontEnd(Set.of()).orElseThrow(),
          Components.audioEncoder(config.audioEncoder()).frontEnd());
    }
  }

  @Test
  void everyFormatHasItsRow() throws IOException {
    String guide = Files.readString(GUIDE);
    String table =
        guide.substring(guide.indexOf("| `format` |"), guide.indexOf("`num_batches_tracked` is"));
    assertEquals(
        PublishedFormat.all().keySet().stream().sorted().toList(),
        ROW.matcher(table)
            .results()
            .map((MatchResult row) -> row.group(1))
            .filter(name -> !name.equals("format"))
            .sorted()
            .toList());
  }
}
