package com.example.clap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the excerpts of docs/extending.md equal to the code. */
class ExtendingGuideTest {

  private static final Path GUIDE = Path.of("../extending.md");
  private static final Pattern EXCERPT =
      Pattern.compile("<!-- from (\\S+) -->\n```\\w+\n(.*?)```", Pattern.DOTALL);

  @Test
  void excerptsStandInTheCodeLineByLine() throws IOException {
    Matcher excerpts = EXCERPT.matcher(Files.readString(GUIDE));
    int found = 0;
    for (; excerpts.find(); found++) {
      List<String> code = lines(Files.readString(file(excerpts.group(1))));
      for (String line : lines(excerpts.group(2))) {
        int at = code.indexOf(line);
        assertTrue(at >= 0, () -> excerpts.group(1) + " has no line, or not there: " + line);
        code = code.subList(at + 1, code.size());
      }
    }
    assertTrue(found > 5, "excerpts found: " + found);
  }

  private static Path file(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      List<Path> named =
          files.filter(file -> !file.startsWith("target") && file.endsWith(name)).toList();
      assertEquals(1, named.size(), name);
      return named.get(0);
    }
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    text.lines().filter(line -> !line.isBlank()).forEach(lines::add);
    return lines;
  }
}
