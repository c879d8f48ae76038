package org.clap4j.experiments.model;

import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.config.Key;
import org.jspecify.annotations.Nullable;

/** Where weights are, and what may differ. */
public record PretrainedFile(
    @Key(
            "a safetensors file, a PyTorch checkpoint, or a folder with model.safetensors or"
                + " pytorch_model.bin")
        Path path,
    @Key(
            value =
                "whose names its arrays have: bert, clap4j, gpt2, hts-at, huggingface-clap,"
                    + " laion-clap, ms-clap-2022, ms-clap-2023, panns, or a plug-in's; null: found"
                    + " by the names",
            defaultValue = "null")
        @Nullable String format,
    @Key(
            value =
                "dotted keys that lead to the state dict in a PyTorch checkpoint; empty: there is"
                    + " one",
            defaultValue = "''")
        String place,
    @Key(
            value =
                "names, with * for any characters, of arrays that may be left over and of"
                    + " parameters that may start at random: ['head.*']",
            defaultValue = "[]")
        List<String> allow,
    @Key(
            value =
                "whether the front end may be another than the audio encoder's own: refuse, allow",
            defaultValue = "refuse")
        FrontEndMismatch frontEndMismatch) {

  /** What to do where the front end is not the one that weights were trained with. */
  public enum FrontEndMismatch {
    REFUSE,
    ALLOW
  }

  /** Copies the list. */
  public PretrainedFile {
    allow = List.copyOf(allow);
  }
}
