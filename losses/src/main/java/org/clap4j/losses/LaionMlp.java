package org.clap4j.losses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.DelegatingLoss;
import org.clap4j.core.loss.EmbeddingPairs;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.Scoring;
import org.clap4j.core.loss.SummedLosses;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss that LAION-CLAP trains with: clips are compared with transformed captions, transformed
 * clips with captions, each with a scale of its own.
 *
 * <pre>
 * loss = 1/2 InfoNCE(audio, transform_t(text)) at scale s_a + 1/2 InfoNCE(transform_a(audio), text) at scale s_t
 * </pre>
 *
 * <p>The transforms ({@link MlpTransform}) are trained with the loss, and what they give is not
 * normalised. No plain embedding is compared with another, so pairs are scored with the transforms,
 * too, as LAION's training code evaluates: logit = 1/2 s_a audio . transform_t(text) + 1/2 s_t
 * transform_a(audio) . text. After Wu et al. 2023 (arXiv 2211.06687) and that code, whose dropout
 * of 0.1 within the transforms is left out: a loss here has no randomness.
 */
public final class LaionMlp {

  private LaionMlp() {}

  /**
   * Makes the loss that a configuration describes.
   *
   * @param embeddingDim D; the transforms have 4 D (D + 1) parameters
   */
  public static ContrastiveLoss of(LaionMlpConfig config, int embeddingDim) {
    ContrastiveLoss infoNce = InfoNce.of(InfoNceConfig.of(config.temperature()));
    MlpTransform ofText = new MlpTransform("text_transform", embeddingDim);
    MlpTransform ofAudio = new MlpTransform("audio_transform", embeddingDim);
    return new SummedLosses(
        List.of(
            new SummedLosses.Part("audio", 0.5, new Half(infoNce, ofText, true)),
            new SummedLosses.Part("text", 0.5, new Half(infoNce, ofAudio, false))));
  }

  /** A loss of which one side's embeddings are transformed. */
  private record Half(ContrastiveLoss delegate, MlpTransform transform, boolean transformsText)
      implements DelegatingLoss {

    @Override
    public List<ParameterSpec> parameters() {
      List<ParameterSpec> specs = new ArrayList<>(delegate.parameters());
      specs.addAll(transform.parameters());
      return specs;
    }

    @Override
    public Scoring scoring(LossParameters parameters) {
      UnaryOperator<INDArray> transformed = rows -> transform.apply(rows, parameters);
      return transformsText
          ? new Scoring(UnaryOperator.identity(), transformed)
          : new Scoring(transformed, UnaryOperator.identity());
    }

    @Override
    @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      EmbeddingPairs.check(audio_ND, text_ND, ids);
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
          MlpTransform.Pass pass =
              transform.forward(transformsText ? text_ND : audio_ND, parameters)) {
        INDArray audioSide_ND = transformsText ? audio_ND : pass.output();
        INDArray textSide_ND = transformsText ? pass.output() : text_ND;
        LossOutput output = delegate.evaluate(audioSide_ND, textSide_ND, parameters, ids);
        Map<String, INDArray> gradients = new LinkedHashMap<>(output.parameterGradients());
        INDArray plain = transformsText ? output.audioGradient() : output.textGradient();
        try (INDArray outer = transformsText ? output.textGradient() : output.audioGradient()) {
          INDArray inner = pass.backward(outer, gradients);
          return new LossOutput(
              output.value(),
              transformsText ? plain : inner,
              transformsText ? inner : plain,
              gradients);
        }
      }
    }
  }
}
