package org.clap4j.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {

  @TempDir Path folder;

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void appearsWholeWithTheDirectoriesAboveIt() throws IOException {
    Path target = folder.resolve("a/b");
    AtomicDirectory.write(
        target,
        aside -> {
          Files.createDirectory(aside.resolve("inner"));
          Files.writeString(aside.resolve("inner/file"), "text");
          assertFalse(Files.exists(target));
        });
    assertEquals("text", Files.readString(target.resolve("inner/file")));
    assertEquals(List.of("b"), names(folder.resolve("a")));
  }

  @Test
  void takesThePlaceOfAnEmptyDirectory() throws IOException {
    Path target = Files.createDirectory(folder.resolve("empty"));
    assertTrue(AtomicDirectory.isFree(target));
    AtomicDirectory.write(target, aside -> Files.writeString(aside.resolve("file"), "text"));
    assertEquals(List.of("file"), names(target));
  }

  @Test
  void leavesNothingWhenItsContentCannotBeWritten() throws IOException {
    Path target = folder.resolve("failed");
    assertThrows(
        IOException.class,
        () ->
            AtomicDirectory.write(
                target,
                aside -> {
                  Files.writeString(aside.resolve("half"), "text");
                  throw new IOException("the disk is full");
                }));
    assertEquals(List.of(), names(folder));
  }

  @Test
  void refusesAPlaceThatIsTaken() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("inner"), "old");
    for (Path taken : List.of(file, full)) {
      assertFalse(AtomicDirectory.isFree(taken));
      assertThrows(
          FileAlreadyExistsException.class, () -> AtomicDirectory.write(taken, aside -> {}));
    }
    assertEquals("old", Files.readString(full.resolve("inner")));
    assertEquals(List.of("file", "full"), names(folder));
  }
}
