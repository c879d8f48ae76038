package org.clap4j.testkit.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS) // for want of sh
class TiedProgramTest {

  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path directory;

  private Process start(String script) throws IOException {
    return TiedProgram.start(List.of("sh", "-c", script), Map.of("SAID", "hello"), log());
  }

  private Path log() {
    return directory.resolve("log");
  }

  /** As when the process dies that has started it. What it has started holds a pipe open. */
  @Test
  @Timeout(value = PATIENCE_SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void programEndsWithAllThatItHasStartedWhenItsInputCloses()
      throws IOException, InterruptedException {
    Path pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process process = start("sleep 1000 >" + pipe + " & wait");
    try (InputStream held = new FileInputStream(pipe.toFile())) {
      assertEquals(0, held.available());
      assertTrue(process.isAlive());
      process.getOutputStream().close();
      assertEquals(-1, held.read());
    }
    int unused = process.waitFor();
  }

  @Test
  @Timeout(value = PATIENCE_SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void programThatEndsByItselfGivesItsStatusAndOutput() throws IOException, InterruptedException {
    Process process = start("echo $SAID; echo error >&2; exit 3");
    assertEquals(3, process.waitFor());
    assertEquals("hello\nerror\n", Files.readString(log()));
  }
}
