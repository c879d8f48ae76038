package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.io.SafeTensorsWriter;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Evaluates one loss on embeddings of a file, in their precision: value and all gradients, to
 * compare with other implementations.
 */
@Command(
    name = "loss",
    description = {
      "Evaluates a loss and its gradients on given embeddings.",
      "Reads audio [N, D] and text [N, D], used as they are; where given, clip_ids [N] and"
          + " caption_ids [N] (equal ids are positives of each other; ids [N] stands for both) and"
          + " the loss's parameters: log_logit_scale, logit_bias.",
      "Writes loss, grad_audio, grad_text and grad_NAME for each parameter."
    })
public final class LossCommand implements Runnable {

  private static final String IDS = "ids";
  private static final String CLIP_IDS = "clip_ids";
  private static final String CAPTION_IDS = "caption_ids";

  private final ConfigBinder binder;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "The loss: info-nce.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      arity = "0..*",
      description = "Options of the loss: label-smoothing=0.1.")
  private List<String> options = new ArrayList<>();

  @Option(
      names = "--in",
      required = true,
      paramLabel = "F.safetensors",
      description = "The embeddings.")
  private Path in = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "G.safetensors",
      description = "Where value and gradients go.")
  private Path out = Path.of("");

  @Inject
  LossCommand(ConfigBinder binder) {
    this.binder = binder;
  }

  /** What the arguments are bound to. */
  record LossSection(Selected<LossFactory<?>> loss) {}

  @Override
  public void run() {
    Selected<LossFactory<?>> section =
        binder.bind(LossSection.class, ConfigLoader.section("loss", name, options)).loss();
    try (SafeTensors file = SafeTensors.open(in)) {
      INDArray audio_ND = embeddings(file, "audio");
      INDArray text_ND = embeddings(file, "text");
      ContrastiveLoss loss = LossFactory.create(section, (int) audio_ND.size(-1));
      LossParameters parameters = parameters(loss, file, audio_ND.dataType());
      LossOutput output = loss.evaluate(audio_ND, text_ND, parameters, ids(file, audio_ND));
      requireFinite(output, audio_ND.dataType());
      write(output, audio_ND.dataType());
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Output.of(spec).note("wrote " + out);
  }

  private static INDArray embeddings(SafeTensors file, String array) throws IOException {
    if (!file.info(array).type().isFloatingPoint()) {
      throw new UsageException(
          "%s: array '%s' must hold floating-point numbers, holds %s"
              .formatted(file, array, file.info(array).type()));
    }
    return finite(file, array, file.array(array));
  }

  private static INDArray finite(SafeTensors file, String name, INDArray array) {
    if (!isFinite(array)) {
      throw new UsageException(
          "%s: array '%s' must hold finite numbers, holds NaN or infinity".formatted(file, name));
    }
    return array;
  }

  /** What is not finite makes the sum of magnitudes so; nothing else does in double precision. */
  private static boolean isFinite(INDArray array) {
    return Double.isFinite(array.castTo(DataType.DOUBLE).norm1Number().doubleValue());
  }

  /** Ids of clips and captions, each array for itself; {@code ids} stands for both. */
  private static PairIds ids(SafeTensors file, INDArray audio_ND) throws IOException {
    PairIds distinct = PairIds.distinct((int) audio_ND.size(0));
    return new PairIds(
        ids(file, CLIP_IDS, distinct.clipIds()), ids(file, CAPTION_IDS, distinct.captionIds()));
  }

  private static long[] ids(SafeTensors file, String array, long[] absent) throws IOException {
    if (file.has(array) && file.has(IDS)) {
      throw new UsageException(
          "%s: has both '%s' and '%s'; leave out one of them".formatted(file, IDS, array));
    }
    return file.has(array) ? file.longs(array) : file.has(IDS) ? file.longs(IDS) : absent;
  }

  /** Takes from the file what the loss trains; what is not there is as at the start of training. */
  private static LossParameters parameters(ContrastiveLoss loss, SafeTensors file, DataType type)
      throws IOException {
    LossParameters start = LossParameters.starting(loss.parameters(), type, RandomSeed.of(0));
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec parameter : loss.parameters()) {
      INDArray value =
          file.has(parameter.name())
              ? finite(file, parameter.name(), file.array(parameter.name(), type))
              : start.get(parameter.name());
      if (value.length() != parameter.length()) {
        throw new UsageException(
            "%s: %s must have %d elements, has %d"
                .formatted(file, parameter.name(), parameter.length(), value.length()));
      }
      arrays.put(parameter.name(), value.reshape(parameter.shape()));
    }
    return new LossParameters(arrays);
  }

  /** Embeddings and parameters are finite, but their products need not be. */
  private void requireFinite(LossOutput output, DataType type) {
    if (!Double.isFinite(output.value())
        || !isFinite(output.audioGradient())
        || !isFinite(output.textGradient())
        || !output.parameterGradients().values().stream().allMatch(LossCommand::isFinite)) {
      throw new UsageException(
          "%s: the value or a gradient of %s is beyond the range of %s; give shorter embeddings, a"
                  .formatted(in, name, type)
              + " lower log_logit_scale, or both in double precision");
    }
  }

  private void write(LossOutput output, DataType type) throws IOException {
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .array("loss", Nd4j.scalar(type, output.value()))
            .array("grad_audio", output.audioGradient())
            .array("grad_text", output.textGradient());
    output
        .parameterGradients()
        .forEach((parameter, gradient) -> writer.array("grad_" + parameter, plain(gradient)));
    writer.write(out);
  }

  /** One number is written without dimensions. */
  private static INDArray plain(INDArray gradient) {
    return gradient.length() == 1
        ? Nd4j.scalar(gradient.dataType(), gradient.getDouble(0))
        : gradient;
  }
}
