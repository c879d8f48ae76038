package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Python with PyTorch and transformers, to ask what they make of a folder. */
final class TransformersPython {

  /** The environment variable that names the {@code python} executable. */
  private static final String EXECUTABLE = "CLAP4J_TORCH_PYTHON";

  private TransformersPython() {}

  /**
   * Embeds with transformers, which must have nothing to warn of; skips the test where there is
   * none.
   *
   * @param out gets {@code audio_embeds} and {@code text_embeds}
   */
  static void embed(Path model, Path clips, Path captions, Path out)
      throws IOException, InterruptedException {
    String python = System.getenv(EXECUTABLE);
    assumeTrue(
        python != null,
        EXECUTABLE + " names no python with PyTorch and transformers 5: not compared with them");
    Path log = out.resolveSibling("transformers.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    python,
                    script().toString(),
                    model.toString(),
                    clips.toString(),
                    captions.toString(),
                    out.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("HF_HUB_OFFLINE", "1");
    assertEquals(0, builder.start().waitFor(), () -> read(log));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Path script() {
    URL url = TransformersPython.class.getResource("/python/transformers_embed.py");
    if (url == null) {
      throw new IllegalStateException("the test resources lack python/transformers_embed.py");
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
