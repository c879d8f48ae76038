package org.clap4j.experiments.export;

import java.util.List;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.kernels.WindowGrid;
import org.clap4j.core.loss.LogitScale;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Tower;
import org.clap4j.encoders.weights.HuggingFaceClapNames;
import org.clap4j.experiments.model.ClapModel;

/**
 * The arrays of a {@code ClapModel}: the towers' under its names, the logit scale's log twice, and
 * the buffers of integers that {@code save_pretrained} writes beside them.
 */
final class HuggingFaceArrays {

  private static final String TABLE = ".relative_position_bias_table";
  private static final String MEAN = ".running_mean";

  private HuggingFaceArrays() {}

  /** Collects a model's arrays. */
  static SafeTensorsWriter of(ClapModel model, HuggingFaceParts parts) {
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
    for (Parameter parameter : model.towers().parameters()) {
      if (parameter.tower() == Tower.LOSS) {
        continue;
      }
      String name = HuggingFaceClapNames.theirs(parameter.name());
      writer.array(name, parameter.value());
      if (name.endsWith(TABLE)) {
        addOffsets(writer, name, parts.audio().windowSize());
      }
      if (name.endsWith(MEAN)) {
        writer.longs(sibling(name, MEAN, ".num_batches_tracked"), new long[1]);
      }
    }
    addCounts(writer, parts);
    addLogitScales(writer, model);
    return writer;
  }

  /** For each query and key of a window, the row of the table that their offset has. */
  private static void addOffsets(SafeTensorsWriter writer, String table, int window) {
    int tokens = window * window;
    int[] offsetRows = new WindowGrid(window, window, window, 0).offsetRows();
    long[] rows = new long[tokens * tokens];
    for (int query = 0; query < tokens; query++) {
      for (int key = 0; key < tokens; key++) {
        rows[query * tokens + key] = offsetRows[key * tokens + query];
      }
    }
    writer.longs(sibling(table, TABLE, ".relative_position_index"), rows, tokens, tokens);
  }

  /** The name of another array of the same layer. */
  private static String sibling(String name, String ending, String other) {
    return name.substring(0, name.length() - ending.length()) + other;
  }

  private static void addCounts(SafeTensorsWriter writer, HuggingFaceParts parts) {
    int positions = parts.text().positions();
    long[] counting = new long[positions];
    for (int i = 0; i < positions; i++) {
      counting[i] = i;
    }
    writer.longs("text_model.embeddings.position_ids", counting, 1, positions);
    writer.longs("text_model.embeddings.token_type_ids", new long[positions], 1, positions);
  }

  private static void addLogitScales(SafeTensorsWriter writer, ClapModel model) {
    float log = logLogitScale(model);
    for (String name : List.of("logit_scale_a", "logit_scale_t")) {
      writer.floats(name, new float[] {log});
    }
  }

  /** The trained log itself where there is one, so that it keeps its bits. */
  private static float logLogitScale(ClapModel model) {
    return model.towers().parameters().stream()
        .filter(parameter -> parameter.name().equals(LogitScale.LOG_LOGIT_SCALE))
        .findFirst()
        .map(parameter -> parameter.value().getFloat(0))
        .orElseGet(() -> (float) Math.log(model.logitScale()));
  }
}
