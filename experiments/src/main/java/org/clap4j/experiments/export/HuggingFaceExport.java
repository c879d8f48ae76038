package org.clap4j.experiments.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.io.AtomicDirectory;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.model.Parameter;
import org.clap4j.experiments.config.ConfigWriter;
import org.clap4j.experiments.model.ClapModel;

/**
 * Writes a folder that transformers loads with {@code ClapModel.from_pretrained} and {@code
 * ClapProcessor.from_pretrained}, and this program as a MODEL: HTS-AT, RoBERTa with its pooler,
 * LAION's heads, and a Hugging Face tokenizer.
 *
 * <p>transformers has one class for one architecture. A model of any other is written as it is:
 * {@code model.safetensors} with the names of our checkpoints, {@code config.yaml}, the tokenizer.
 *
 * <p>What a loss trains beside its logit scale is left out of a Hugging Face folder.
 */
public final class HuggingFaceExport {

  private static final String WEIGHTS = "model.safetensors";

  private HuggingFaceExport() {}

  /** Whether a model fits transformers' {@code ClapModel}. */
  public static boolean fits(ClapModel model) {
    return HuggingFaceParts.misfits(model).isEmpty();
  }

  /**
   * Writes the folder, whole or not at all.
   *
   * @param folder a place where nothing is, or an empty directory
   * @throws ExportException if the model fits no {@code ClapModel}: the message says which parts do
   *     not, and that the folder holds it as it is
   * @throws IOException if the folder cannot be written
   */
  public static void write(ClapModel model, Path folder) throws IOException {
    List<String> misfits = HuggingFaceParts.misfits(model);
    if (misfits.isEmpty()) {
      AtomicDirectory.write(folder, aside -> writeClap(model, aside));
      return;
    }
    AtomicDirectory.write(folder, aside -> writeAsItIs(model, aside));
    throw new ExportException(
        "transformers has no class for this model: "
            + String.join("; ", misfits)
            + ". "
            + folder
            + " holds its arrays under their own names instead (model.safetensors, config.yaml, the"
            + " tokenizer), which transformers does not load; --format dl4j writes any model");
  }

  private static void writeClap(ClapModel model, Path folder) throws IOException {
    HuggingFaceParts parts = HuggingFaceParts.of(model);
    HuggingFaceSettings settings = new HuggingFaceSettings(parts);
    parts.tokenizer().save(folder);
    SpecialTokens tokens =
        SpecialTokens.read(folder.resolve("tokenizer.json"), parts.tokenizer().paddingId());
    Files.writeString(folder.resolve("config.json"), settings.model(model.logitScale()));
    Files.writeString(folder.resolve("processor_config.json"), settings.processor());
    Files.writeString(folder.resolve("preprocessor_config.json"), settings.featureExtractor());
    Files.writeString(folder.resolve("tokenizer_config.json"), settings.tokenizer(tokens));
    HuggingFaceArrays.of(model, parts).write(folder.resolve(WEIGHTS));
  }

  private static void writeAsItIs(ClapModel model, Path folder) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (Parameter parameter : model.towers().parameters()) {
      writer.array(parameter.name(), parameter.value());
    }
    model.tokenizer().save(folder);
    Files.writeString(folder.resolve("config.yaml"), ConfigWriter.yaml(model.config()));
    writer.write(folder.resolve(WEIGHTS));
  }
}
