package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script {@code ./clap4j}, in a built checkout and with a Java that are both pretended. */
@EnabledOnOs(OS.LINUX)
class LauncherTest {

  private static final String MAIN = "org.clap4j.experiments.cli.Clap4j";

  /** Prints its arguments, one a line; ends with 7. */
  private static final String JAVA = "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n";

  /** What the script calls before it would build. */
  private static final List<String> TOOLS =
      List.of("bash", "env", "dirname", "readlink", "sed", "find", "mkdir", "flock");

  @TempDir Path root;

  private final Map<String, String> environment = new HashMap<>();

  private record Answer(int status, String out, String err) {}

  @BeforeEach
  void pretend() throws IOException {
    Files.copy(Path.of("..", "clap4j"), root.resolve("clap4j"));
    assertTrue(root.resolve("clap4j").toFile().setExecutable(true));
    Files.createFile(root.resolve("pom.xml"));
    Files.createDirectories(root.resolve("core/src/main"));
    Files.createFile(root.resolve("core/pom.xml"));
    Path built = Files.createDirectories(root.resolve("experiments/target"));
    Path classpath = Files.writeString(built.resolve("classpath-cpu.txt"), "clap4j.jar\n");
    Files.setLastModifiedTime(classpath, FileTime.from(Instant.now().plusSeconds(60)));
    jdk("17.0.1");
    environment.put("JAVA_HOME", root.resolve("jdk").toString());
    environment.put("CLAP4J_BACKEND", "");
    environment.put("CLAP4J_CLASSPATH", "");
    environment.put("CLAP4J_JAVA_OPTS", "");
  }

  private void jdk(String version) throws IOException {
    Path bin = Files.createDirectories(root.resolve("jdk/bin"));
    Path java = Files.writeString(bin.resolve("java"), JAVA);
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private Answer run(String... arguments) throws IOException, InterruptedException {
    Path out = root.resolve("out.txt");
    Path err = root.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(root.resolve("clap4j").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    int status = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Answer(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void handsArgumentsToTheProgramAndItsStatusBack() throws Exception {
    environment.put("CLAP4J_CLASSPATH", "plugin.jar");
    environment.put("CLAP4J_JAVA_OPTS", "-Xmx4g -ea");
    Answer answer = run("train", "my config.yaml", "name=*");
    assertEquals(7, answer.status(), answer.err());
    assertEquals("", answer.err());
    assertTrue(
        answer
            .out()
            .endsWith(
                String.join(
                    "\n",
                    "-Xmx4g",
                    "-ea",
                    "-cp",
                    "clap4j.jar:plugin.jar",
                    MAIN,
                    "train",
                    "my config.yaml",
                    "name=*\n")),
        answer.out());
  }

  @ParameterizedTest
  @CsvSource({"17.0.1,false", "21,false", "24.0.2,true", "25,true"})
  void nativeLibrariesAndUnsafeAreAllowedWhereJavaWouldWarn(String version, boolean warns)
      throws Exception {
    jdk(version);
    List<String> options = run("doctor").out().lines().toList();
    assertEquals(
        warns ? 2 : 0,
        options.stream()
            .filter(
                Set.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                    ::contains)
            .count(),
        options::toString);
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    environment.put("JAVA_HOME", "/nowhere");
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: there is no Java at '/nowhere/bin/java'; install a JDK 17 or newer, or set"
                + " JAVA_HOME\n"),
        run("doctor"));
  }

  @ParameterizedTest
  @CsvSource({"11.0.2,11", "1.8.0_402,8"})
  void refusesAJavaThatIsTooOld(String version, String shown) throws Exception {
    jdk(version);
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: Java %s found at %s, 17 or newer is needed; set JAVA_HOME\n"
                .formatted(shown, root.resolve("jdk").toRealPath())),
        run("doctor"));
  }

  @Test
  void refusesABackendThatIsNotKnown() throws Exception {
    environment.put("CLAP4J_BACKEND", "tpu");
    assertEquals(
        new Answer(2, "", "clap4j: CLAP4J_BACKEND is 'tpu', known: cpu, cuda\n"), run("doctor"));
  }

  @Test
  void saysThatMavenIsNeededWhereSourcesHaveChanged() throws Exception {
    Path source = Files.createFile(root.resolve("core/src/main/New.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
    environment.put("PATH", toolsWithoutMaven().toString());
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: Maven is needed to build clap4j and is not on the PATH; install Maven 3.8.1 or"
                + " newer\n"),
        run("doctor"));
  }

  private Path toolsWithoutMaven() throws IOException {
    Path bin = Files.createDirectory(root.resolve("bin"));
    for (String tool : TOOLS) {
      for (String place : List.of("/usr/bin", "/bin")) {
        Path original = Path.of(place, tool);
        if (Files.exists(original) && Files.notExists(bin.resolve(tool))) {
          Files.createSymbolicLink(bin.resolve(tool), original);
        }
      }
    }
    return bin;
  }
}
