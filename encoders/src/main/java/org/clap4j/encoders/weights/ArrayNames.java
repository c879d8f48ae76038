package org.clap4j.encoders.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clap4j.core.weights.ArrayUse;

/** What the arrays of one part of a published model are for; their names without a prefix. */
@FunctionalInterface
interface ArrayNames {

  /** What an array is for, with our names, without a prefix, too; empty if it is not known. */
  Optional<ArrayUse> use(String name);

  /** All have our names. */
  static ArrayNames same() {
    return name -> Optional.of(ArrayUse.as(name));
  }

  /** None is needed. */
  static ArrayNames leftOver() {
    return name -> Optional.of(ArrayUse.leftOver());
  }

  /** One array alone, for the first of these that a model has; any model may be without them. */
  static ArrayNames single(String... ours) {
    ArrayUse use =
        Arrays.stream(ours).map(ArrayUse::as).reduce(ArrayUse::or).orElseThrow().orLeftOver();
    return name -> name.isEmpty() ? Optional.of(use) : Optional.empty();
  }

  /** PANNs' CNN14, Cnn10 and Cnn6: our names, and what computes log-mels and AudioSet's classes. */
  static ArrayNames panns() {
    return sameBut(
        "(spectrogram_extractor|logmel_extractor|fc_audioset)\\..+|.+\\.num_batches_tracked");
  }

  /** All have our names, but for those that are left over by a regular expression. */
  private static ArrayNames sameBut(String leftOver) {
    Pattern pattern = Pattern.compile(leftOver);
    return name ->
        Optional.of(pattern.matcher(name).matches() ? ArrayUse.leftOver() : ArrayUse.as(name));
  }

  /** HTS-AT under the names of its own code, where queries, keys and values are one array. */
  static ArrayNames htsat() {
    Pattern leftOver =
        Pattern.compile(
            "(spectrogram_extractor|logmel_extractor|tscam_conv|head)\\..+"
                + "|.+\\.(num_batches_tracked|relative_position_index|attn_mask)");
    Pattern inBlock = Pattern.compile("(layers\\.\\d+\\.blocks\\.\\d+\\.)(.+)");
    return name -> {
      if (leftOver.matcher(name).matches()) {
        return Optional.of(ArrayUse.leftOver());
      }
      Matcher block = inBlock.matcher(name);
      return Optional.of(
          block.matches()
              ? htsatBlock(block.group(2)).under(block.group(1))
              : ArrayUse.as(name.replaceFirst("^bn0\\.", "batch_norm.")));
    };
  }

  private static ArrayUse htsatBlock(String name) {
    if (name.startsWith("attn.qkv.")) {
      return ArrayUse.stacked(queryKeyValue(name.substring("attn.qkv.".length())));
    }
    return ArrayUse.as(
        name.replaceFirst("^norm1\\.", "layernorm_before.")
            .replaceFirst("^norm2\\.", "layernorm_after.")
            .replaceFirst("^attn\\.proj\\.", "attention.output.dense.")
            .replaceFirst("^attn\\.", "attention.self.")
            .replaceFirst("^mlp\\.fc1\\.", "intermediate.dense.")
            .replaceFirst("^mlp\\.fc2\\.", "output.dense."));
  }

  private static List<String> queryKeyValue(String weightOrBias) {
    return List.of(
        "attention.self.query." + weightOrBias,
        "attention.self.key." + weightOrBias,
        "attention.self.value." + weightOrBias);
  }

  /** HTS-AT in transformers' {@code ClapModel}: our names, and integers that follow from sizes. */
  static ArrayNames huggingFaceHtsat() {
    return sameBut(".+\\.(num_batches_tracked|relative_position_index)");
  }

  /**
   * BERT and RoBERTa: our names. The pooler is left over where the features are taken without it;
   * layer norms of the first releases say gamma and beta.
   */
  static ArrayNames bert() {
    Pattern leftOver = Pattern.compile("embeddings\\.(position_ids|token_type_ids)");
    return name -> {
      if (leftOver.matcher(name).matches()) {
        return Optional.of(ArrayUse.leftOver());
      }
      ArrayUse use =
          ArrayUse.as(
              name.replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
                  .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias"));
      return Optional.of(name.startsWith("pooler.") ? use.orLeftOver() : use);
    };
  }

  /** GPT-2, whose linear maps are [in, out], and queries, keys and values one of them. */
  static ArrayNames gpt2() {
    Pattern inLayer = Pattern.compile("h\\.(\\d+)\\.(.+)");
    return name -> {
      Matcher layer = inLayer.matcher(name);
      if (layer.matches()) {
        return gpt2Layer(layer.group(2))
            .map(use -> use.under("encoder.layer." + layer.group(1) + "."));
      }
      return switch (name) {
        case "wte.weight" -> Optional.of(ArrayUse.as("embeddings.word_embeddings.weight"));
        case "wpe.weight" -> Optional.of(ArrayUse.as("embeddings.position_embeddings.weight"));
        case "ln_f.weight", "ln_f.bias" ->
            Optional.of(ArrayUse.as(name.replace("ln_f", "encoder.LayerNorm")));
        default -> Optional.empty();
      };
    };
  }

  private static Optional<ArrayUse> gpt2Layer(String name) {
    return switch (name) {
      case "attn.bias", "attn.masked_bias" -> Optional.of(ArrayUse.leftOver()); // causal masks
      case "ln_1.weight", "ln_1.bias" ->
          Optional.of(ArrayUse.as(name.replace("ln_1", "layernorm_before")));
      case "ln_2.weight", "ln_2.bias" ->
          Optional.of(ArrayUse.as(name.replace("ln_2", "layernorm_after")));
      case "attn.c_attn.weight" -> Optional.of(ArrayUse.stackedTransposed(queryKeyValue("weight")));
      case "attn.c_attn.bias" -> Optional.of(ArrayUse.stacked(queryKeyValue("bias")));
      case "attn.c_proj.weight", "attn.c_proj.bias" ->
          Optional.of(linear(name.replace("attn.c_proj", "attention.output.dense")));
      case "mlp.c_fc.weight", "mlp.c_fc.bias" ->
          Optional.of(linear(name.replace("mlp.c_fc", "intermediate.dense")));
      case "mlp.c_proj.weight", "mlp.c_proj.bias" ->
          Optional.of(linear(name.replace("mlp.c_proj", "output.dense")));
      default -> Optional.empty();
    };
  }

  private static ArrayUse linear(String ours) {
    return ours.endsWith(".weight") ? ArrayUse.transposed(ours) : ArrayUse.as(ours);
  }

  /** LAION's heads: 0 and 2 of a list of layers, a ReLU between them. */
  static ArrayNames laionHead() {
    return twoLinear("0", "2");
  }

  /** LAION's transforms: 0 and 3 of a list of layers, ReLU and dropout between; their loss's. */
  static ArrayNames laionTransform() {
    ArrayNames layers = twoLinear("0", "3");
    return name -> layers.use(name).map(ArrayUse::orLeftOver);
  }

  private static ArrayNames twoLinear(String first, String second) {
    return name ->
        switch (name.substring(name.indexOf('.') + 1)) {
          case "weight", "bias" ->
              name.startsWith(first + ".")
                  ? Optional.of(ArrayUse.as(name.replaceFirst(first, "linear1")))
                  : name.startsWith(second + ".")
                      ? Optional.of(ArrayUse.as(name.replaceFirst(second, "linear2")))
                      : Optional.empty();
          default -> Optional.empty();
        };
  }
}
