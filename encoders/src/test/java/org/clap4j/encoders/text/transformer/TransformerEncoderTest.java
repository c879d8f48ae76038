package org.clap4j.encoders.text.transformer;

import java.util.List;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.testkit.TextEncoderContract;

/** The contract for norms before the branches, with dropout and mean pooling. */
class TransformerEncoderTest extends TextEncoderContract {

  @Override
  protected TextEncoder encoder() {
    return TransformerEncoder.of(
        new TransformerConfig(1, 6, 2, 9, 0.2, NormPlacement.PRE, Pooling.MEAN, false), 7, 8);
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
        "text_encoder.encoder.layer.0.layernorm_before.weight",
        "text_encoder.encoder.layer.0.layernorm_before.bias",
        "text_encoder.encoder.layer.0.attention.self.query.weight",
        "text_encoder.encoder.layer.0.attention.self.query.bias",
        "text_encoder.encoder.layer.0.attention.self.key.weight",
        "text_encoder.encoder.layer.0.attention.self.key.bias",
        "text_encoder.encoder.layer.0.attention.self.value.weight",
        "text_encoder.encoder.layer.0.attention.self.value.bias",
        "text_encoder.encoder.layer.0.attention.output.dense.weight",
        "text_encoder.encoder.layer.0.attention.output.dense.bias",
        "text_encoder.encoder.layer.0.layernorm_after.weight",
        "text_encoder.encoder.layer.0.layernorm_after.bias",
        "text_encoder.encoder.layer.0.intermediate.dense.weight",
        "text_encoder.encoder.layer.0.intermediate.dense.bias",
        "text_encoder.encoder.layer.0.output.dense.weight",
        "text_encoder.encoder.layer.0.output.dense.bias",
        "text_encoder.encoder.LayerNorm.weight",
        "text_encoder.encoder.LayerNorm.bias");
  }
}
