package org.clap4j.encoders.text.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.Golden;
import org.clap4j.testkit.TextEncoderContract;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** The contract for norms after the sums, causal attention and last-token pooling. */
class CausalTransformerEncoderTest extends TextEncoderContract {

  /** Float32 sums of up to 96 products against a float64 run; the fixture's own bound. */
  private static final double GOLDEN_TOLERANCE = 1e-5;

  @Override
  protected TextEncoder encoder() {
    return TransformerEncoder.of(
        new TransformerConfig(1, 6, 3, 5, 0, NormPlacement.POST, Pooling.LAST, true), 7, 8);
  }

  @Override
  protected TokenBatch tokens() {
    return new TokenBatch(
        new int[][] {{2, 5, 3, 6}, {2, 4, 0, 0}}, new int[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
  }

  @Override
  protected List<String> parameterNames() {
    return List.of(
        "text_encoder.embeddings.word_embeddings.weight",
        "text_encoder.embeddings.position_embeddings.weight",
        "text_encoder.embeddings.LayerNorm.weight",
        "text_encoder.embeddings.LayerNorm.bias",
        "text_encoder.encoder.layer.0.attention.self.query.weight",
        "text_encoder.encoder.layer.0.attention.self.query.bias",
        "text_encoder.encoder.layer.0.attention.self.key.weight",
        "text_encoder.encoder.layer.0.attention.self.key.bias",
        "text_encoder.encoder.layer.0.attention.self.value.weight",
        "text_encoder.encoder.layer.0.attention.self.value.bias",
        "text_encoder.encoder.layer.0.attention.output.dense.weight",
        "text_encoder.encoder.layer.0.attention.output.dense.bias",
        "text_encoder.encoder.layer.0.attention.output.LayerNorm.weight",
        "text_encoder.encoder.layer.0.attention.output.LayerNorm.bias",
        "text_encoder.encoder.layer.0.intermediate.dense.weight",
        "text_encoder.encoder.layer.0.intermediate.dense.bias",
        "text_encoder.encoder.layer.0.output.dense.weight",
        "text_encoder.encoder.layer.0.output.dense.bias",
        "text_encoder.encoder.layer.0.output.LayerNorm.weight",
        "text_encoder.encoder.layer.0.output.LayerNorm.bias");
  }

  @Test
  void layerGivesWhatTransformersRobertaLayerGives() throws IOException {
    Golden golden = Golden.fixture("text_layer");
    String file = "hf_clap_layer0.safetensors";
    try (SafeTensors tensors = golden.open(file)) {
      int width = (int) tensors.array("attention.self.query.weight").size(0);
      int hidden = (int) tensors.array("intermediate.dense.weight").size(0);
      TransformerLayer layer =
          TransformerLayer.of(
              SelfAttention.normal(width, 4, false, 0, 1),
              FeedForward.normal(width, hidden, 1),
              1e-12,
              0,
              NormPlacement.POST);
      ArrayBlockContext context =
          new ArrayBlockContext(layer, DataType.FLOAT, RandomSeed.of(1))
              .inference()
              .withMask(tensors.array("attention_mask", DataType.FLOAT));
      for (ParameterSpec spec : layer.parameters()) {
        context.parameter(spec.name()).assign(tensors.array(spec.name()));
      }
      Golden.assertClose(
          "text.hidden.1",
          tensors.array("text.hidden.1"),
          context.forward(tensors.array("text.hidden.0")),
          GOLDEN_TOLERANCE);
    }
  }

  @Test
  void configurationOutsideItsRangesIsRefused() {
    Map<Runnable, String> refused =
        Map.of(
            () -> new TransformerConfig(0, 8, 2, 8, 0, NormPlacement.PRE, Pooling.MEAN, false),
            "layers must be at least 1, was 0",
            () -> new TransformerConfig(1, 9, 2, 8, 0, NormPlacement.PRE, Pooling.MEAN, false),
            "width must be a multiple of heads, was 9 with 2 heads",
            () -> new TransformerConfig(1, 8, 2, 8, 1, NormPlacement.PRE, Pooling.MEAN, false),
            "dropout must be in [0, 1), was 1.0",
            () -> new TransformerConfig(1, 8, 2, 8, 0, NormPlacement.PRE, Pooling.CLS, true),
            "pooling cls needs causal: false, for a causal first token sees nothing but itself;"
                + " use pooling last");
    refused.forEach(
        (making, message) ->
            assertEquals(
                message, assertThrows(IllegalArgumentException.class, making::run).getMessage()));
  }
}
