package org.clap4j.experiments.cli;

import java.util.function.UnaryOperator;
import org.clap4j.core.io.SafeTensorsWriter;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that embed. */
@Command(
    name = "embed",
    description = "Embeds recordings or captions.",
    subcommands = {EmbedAudioCommand.class, EmbedTextCommand.class})
final class EmbedCommand implements Runnable {

  /** What else is written for some models. */
  static final String SCORING_ROWS =
      "Of a model whose loss does not compare the embeddings themselves (laion-mlp) it writes"
          + " 'scoring_rows' [n, S], too: products of clips' rows with captions' are the scores.";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "audio or text is missing");
    }
  }

  /** Adds embeddings, and what pairs are scored by where that is something else. */
  static SafeTensorsWriter put(
      INDArray embeddings_ND, UnaryOperator<INDArray> scoringRows, SafeTensorsWriter writer) {
    writer.array("embeddings", embeddings_ND);
    INDArray rows_NS = scoringRows.apply(embeddings_ND);
    return rows_NS == embeddings_ND ? writer : writer.array("scoring_rows", rows_NS);
  }
}
