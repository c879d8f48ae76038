package org.clap4j.encoders.text.pretrained;

import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.layers.Tanh;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TokenPooling.Pooling;

/** What makes features of the tokens' vectors in BERT and RoBERTa. */
public enum Pooler {
  /** The first token: MS CLAP 2022. */
  CLS,
  /** tanh of a linear map of the first token, BERT's own pooler: LAION-CLAP. */
  POOLER,
  /** The mean over the tokens. */
  MEAN;

  /** The block and the name that its parameters stand under. */
  Named<? extends Block> block(int width) {
    return switch (this) {
      case CLS -> new Named<>("pooling", new TokenPooling(Pooling.CLS));
      case MEAN -> new Named<>("pooling", new TokenPooling(Pooling.MEAN));
      case POOLER ->
          new Named<>(
              "pooler",
              Sequential.of(
                  new Named<>("pooling", new TokenPooling(Pooling.CLS)),
                  new Named<>("dense", Linear.normal(width, width, TransformerSize.DEVIATION)),
                  new Named<>("tanh", new Tanh())));
    };
  }
}
