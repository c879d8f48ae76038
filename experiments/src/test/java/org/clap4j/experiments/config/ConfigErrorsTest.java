package org.clap4j.experiments.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal, with its whole message. */
class ConfigErrorsTest {

  @TempDir Path folder;

  private String messageOf(String yaml, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () ->
                Zoo.binder(Map.of("HOME", "/home/x"))
                    .bind(Zoo.Config.class, ConfigLoader.load(file, List.of(overrides))));
    return String.valueOf(refused.getMessage()).replace(folder + "/", "");
  }

  /** One wrong line below a right configuration: line 3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "stpes: 3 | run.yaml:3: stpes is not known; known: animal, beats, feed, file, labels,"
            + " mode, name, nest, steps, weights, wild. Did you mean 'steps'?",
        "qqqqqq: 3 | run.yaml:3: qqqqqq is not known; known: animal, beats, feed, file, labels,"
            + " mode, name, nest, steps, weights, wild",
        "steps: 3.7 | run.yaml:3: steps: expected an integer, found '3.7'",
        "steps: 1e3 | run.yaml:3: steps: expected an integer, found '1e3'",
        "steps: 010 | run.yaml:3: steps: expected an integer, found '010'; leave out the leading"
            + " zero, which some read as octal",
        "steps: 0x10 | run.yaml:3: steps: expected an integer, found '0x10'",
        "steps: 3000000000 | run.yaml:3: steps: expected an integer of at most 32 bits, found"
            + " '3000000000'",
        "steps: \"3\" | run.yaml:3: steps: expected an integer, found the string '3'; remove the"
            + " quotes",
        "steps: | run.yaml:3: steps: expected an integer, found nothing",
        "steps: [3] | run.yaml:3: steps: expected an integer, found a list",
        "steps: ${HOME} | run.yaml:3: steps: expected an integer, found '${HOME}'; environment"
            + " variables are replaced in text and paths only",
        "steps: 0 | run.yaml:3: steps must be at least 1, was 0",
        "beats: abc | run.yaml:3: beats: expected a number, found 'abc'",
        "beats: .nan | run.yaml:3: beats: expected a number, found '.nan'",
        "beats: NaN | run.yaml:3: beats: expected a number, found 'NaN'",
        "beats: 1e999 | run.yaml:3: beats: expected a number, found '1e999'",
        "beats: 007 | run.yaml:3: beats: expected a number, found '007'; leave out the leading"
            + " zero, which some read as octal",
        "wild: yes | run.yaml:3: wild: expected true or false, found 'yes'; only true and false"
            + " are understood",
        "wild: off | run.yaml:3: wild: expected true or false, found 'off'; only true and false"
            + " are understood",
        "wild: 1 | run.yaml:3: wild: expected true or false, found '1'",
        "mode: slowly | run.yaml:3: mode: expected one of very-slow, fast, found 'slowly'",
        "mode: very_slow | run.yaml:3: mode: expected one of very-slow, fast, found 'very_slow'."
            + " Did you mean 'very-slow'?",
        "labels: a | run.yaml:3: labels: expected a list, found 'a'; write it in [brackets]",
        "labels: [a, [b]] | run.yaml:3: labels[1]: expected text, found a list",
        "weights: {a: 1, b: x} | run.yaml:3: weights.b: expected a number, found 'x'",
        "nest: 3 | run.yaml:3: nest: expected a section of keys and values, found '3'",
        "nest: {depht: 3} | run.yaml:3: nest.depht is not known; known: depth. Did you mean"
            + " 'depth'?",
        "nest: {depth: -1} | run.yaml:3: nest.depth must be in [0, 9], was -1",
        "feed: {type: hey} | run.yaml:3: feed.type 'hey' is not known; known: hay, meat. Did you"
            + " mean 'hay'?",
        "feed: {type: meat, bales: 1} | run.yaml:3: feed.bales is not known; known: kilos",
        "name: Zoe | run.yaml:3: 'name' stands twice in one section, first at run.yaml:1",
        "file: ${NOWHERE}/x | run.yaml:3: file needs the environment variable NOWHERE, which is"
            + " not set; export it, or give file=... after the file",
        "name2: [a | run.yaml:4: not YAML: expected ',' or ']', but got <stream end>",
      })
  void wrongLineIsRefused(String line, String message) throws IOException {
    String yaml = "name: Zoo\nanimal: {type: cat, lives: 9}\n" + line.strip() + "\n";
    assertEquals(message, messageOf(yaml));
  }

  @Test
  void missingKeyIsNamedWithItsMeaning() throws IOException {
    assertEquals(
        "run.yaml:2: name is missing: what people call it",
        messageOf("# a comment\nanimal: {type: cat, lives: 9}\n"));
    assertEquals(
        "run.yaml:2: animal.lives is missing: how many lives it has",
        messageOf("name: Zoo\nanimal: {type: cat}\n"));
    assertEquals("run.yaml:1: name is missing: what people call it", messageOf(""));
  }

  @Test
  void unknownComponentIsSuggested() throws IOException {
    assertEquals(
        "run.yaml:2: animal.type 'cta' is not known; known: cat, dog. Did you mean 'cat'?",
        messageOf("name: Zoo\nanimal: {type: cta}\n"));
    assertEquals(
        "run.yaml:2: animal.type is missing; known: cat, dog",
        messageOf("name: Zoo\nanimal: {lives: 3}\n"));
    assertEquals(
        "run.yaml:2: animal: expected a section of keys and values, found 'cat'",
        messageOf("name: Zoo\nanimal: cat\n"));
  }

  @Test
  void overrideIsNamedAsItWasTyped() throws IOException {
    String yaml = "name: Zoo\nanimal: {type: cat, lives: 9}\n";
    assertEquals(
        "command line 'animal.lifes=3': animal.lifes is not known; known: lives. Did you"
            + " mean 'lives'?",
        messageOf(yaml, "animal.lifes=3"));
    assertEquals(
        "command line 'steps=3.7': steps: expected an integer, found '3.7'",
        messageOf(yaml, "steps=3.7"));
    assertEquals(
        "command line 'steps': expected key=value, as in training.epochs=3",
        messageOf(yaml, "steps"));
    assertEquals(
        "command line 'steps=4': clashes with the override of 'steps'",
        messageOf(yaml, "steps=3", "steps=4"));
    assertEquals(
        "command line 'nest.depth=4': clashes with the override of 'nest'",
        messageOf(yaml, "nest={}", "nest.depth=4"));
    assertEquals(
        "command line 'nest..depth=4': a part of the key is empty",
        messageOf(yaml, "nest..depth=4"));
  }

  @Test
  void aliasesAreRefused() throws IOException {
    assertEquals(
        "run.yaml:1: the value with this anchor is used again by an alias; aliases are refused,"
            + " write the value out or put it into a file that others extend",
        messageOf("name: &n Zoo\nlabels: [*n, *n]\n"));
  }

  @Test
  void aliasBombIsRefusedAtOnce() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertEquals(
        "run.yaml:1: not YAML: Number of aliases for non-scalar nodes exceeds the specified max=0",
        messageOf(bomb.toString()));
  }

  @Test
  void foreignTagIsRefused() throws IOException {
    assertEquals(
        "run.yaml:1: the tag !java is refused; leave it out", messageOf("name: !java Zoo\n"));
  }

  @Test
  void topMustBeKeys() throws IOException {
    assertEquals(
        "run.yaml:1: expected keys and values, found a list at the top", messageOf("- a\n"));
  }

  @Test
  void circleIsRefused() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), "extends: run.yaml\n");
    assertEquals(
        "configurations extend each other in a circle: run.yaml extends a.yaml extends run.yaml",
        messageOf("extends: a.yaml\n"));
  }

  @Test
  void missingParentIsRefused() throws IOException {
    assertEquals(
        "run.yaml:2: extends: there is no file bse.yaml; the path is relative to this file",
        messageOf("name: Zoo\nextends: bse.yaml\n"));
  }

  @Test
  void missingFileIsRefused() {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(Path.of("no.yaml"), List.of()));
    assertEquals("no.yaml: there is no such file", refused.getMessage());
  }
}
