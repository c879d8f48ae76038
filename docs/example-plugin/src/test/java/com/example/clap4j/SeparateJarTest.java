package com.example.clap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.experiments.cli.Clap4j;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs clap4j in a Java machine of its own that has the plug-in as a jar or not at all, as {@code
 * ./clap4j} does with {@code CLAP4J_CLASSPATH}.
 */
class SeparateJarTest {

  private static final Path CLASSES = Path.of("target", "classes");

  private static final String CONFIG =
      """
      name: jar
      data: {type: synthetic, train-clips: 16, validation-clips: 8, test-clips: 8, seconds: 1}
      audio-encoder: {type: cnn14, base-channels: 4, blocks: 2}
      text-encoder: {type: transformer, layers: 1, width: 16, heads: 2, feed-forward: 16}
      tokenizer: {type: words}
      head: {type: linear, dim: 8}
      loss: {type: ranking, margin: 0.3}
      optimizer: {type: adamw}
      schedule: {type: constant}
      training: {batch-size: 8, epochs: 1}
      clip: {seconds: 1}
      tracking: {type: journal}
      """;

  @TempDir Path folder;

  private Path jar = Path.of("");
  private Path config = Path.of("");

  private record Answer(int status, String out, String err) {}

  @BeforeEach
  void writeJarAndConfig() throws IOException {
    jar = folder.resolve("plugin.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(CLASSES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = CLASSES.relativize(file).toString().replace(File.separatorChar, '/');
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
      }
    }
    config = Files.writeString(folder.resolve("jar.yaml"), CONFIG);
  }

  /** The class path of this test without the plug-in. */
  private static List<String> programAlone() {
    Path target = CLASSES.toAbsolutePath().getParent();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(target))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private Answer run(boolean withJar, String... arguments)
      throws IOException, InterruptedException {
    List<String> classPath = programAlone();
    if (withJar) {
      classPath.add(jar.toString());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                String.join(File.pathSeparator, classPath),
                Clap4j.class.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Answer(status, Files.readString(out), Files.readString(err));
  }

  @Test
  void lossOfAJarIsChosenByItsNameAndTrains() throws Exception {
    Answer trained = run(true, "train", config.toString(), "runs=" + folder.resolve("runs"));
    assertEquals(0, trained.status(), trained.err());
    Path run = Path.of(trained.out().lines().findFirst().orElseThrow());
    String recorded = Files.readString(run.resolve("config.yaml"));
    assertTrue(recorded.contains("type: ranking"), recorded);
    assertTrue(Files.readString(run.resolve("journal.jsonl")).contains("\"test/"), run.toString());
  }

  @Test
  void withoutTheJarTheNameIsNotKnown() throws Exception {
    Answer refused = run(false, "train", config.toString(), "runs=" + folder.resolve("runs"));
    assertEquals(2, refused.status(), refused.err());
    assertTrue(
        refused.err().contains("loss.type 'ranking' is not known; known: audio-to-text"),
        refused.err());
    assertFalse(Files.exists(folder.resolve("runs")));
  }
}
