package org.clap4j.encoders.text.pretrained;

import java.util.Arrays;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.text.TokenBatch;

/**
 * A causal encoder whose features are those of the n-th token of a caption with n ids that are not
 * 0. What comes after that token has no effect on it, so it may as well be padding: the encoder's
 * last token is then the n-th.
 *
 * @param encoder causal, with the features of the last token
 */
record NonZeroCountEncoder(TextEncoder encoder) implements TextEncoder {

  @Override
  public int featureDim() {
    return encoder.featureDim();
  }

  @Override
  public int maxLength() {
    return encoder.maxLength();
  }

  @Override
  public TokenBatch masked(TokenBatch tokens) {
    int[][] mask = new int[tokens.size()][tokens.length()];
    for (int b = 0; b < mask.length; b++) {
      int count = (int) Arrays.stream(tokens.ids()[b]).filter(id -> id != 0).count();
      Arrays.fill(mask[b], 0, count, 1);
    }
    return new TokenBatch(tokens.ids(), mask);
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    return encoder.addTo(graph, prefix, input);
  }
}
