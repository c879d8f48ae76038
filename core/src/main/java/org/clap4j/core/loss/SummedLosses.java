package org.clap4j.core.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A weighted sum of losses of the same embeddings. Each part has parameters of its own: {@code
 * log_logit_scale} of the part {@code audio_to_text} is {@code audio_to_text.log_logit_scale}.
 */
public final class SummedLosses implements ContrastiveLoss {

  private final List<Part> parts;

  /**
   * One summand.
   *
   * @param name what its parameters' names begin with, before a dot
   * @param weight what it is multiplied with
   * @param loss the loss itself
   */
  public record Part(String name, double weight, ContrastiveLoss loss) {

    private String fullName(String parameter) {
      return name + "." + parameter;
    }

    /** What the part knows as its parameters. */
    private LossParameters own(LossParameters all) {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      for (ParameterSpec spec : loss.parameters()) {
        arrays.put(spec.name(), all.get(fullName(spec.name())));
      }
      return new LossParameters(arrays);
    }
  }

  /**
   * Sums losses up.
   *
   * @param parts at least one, of different names
   */
  public SummedLosses(List<Part> parts) {
    if (parts.isEmpty() || parts.stream().map(Part::name).distinct().count() < parts.size()) {
      throw new IllegalArgumentException(
          "a sum needs losses of different names, had " + parts.stream().map(Part::name).toList());
    }
    this.parts = List.copyOf(parts);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    for (Part part : parts) {
      for (ParameterSpec spec : part.loss.parameters()) {
        specs.add(
            new ParameterSpec(
                part.fullName(spec.name()), spec.kind(), spec.initializer(), spec.shape()));
      }
    }
    return specs;
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    double value = 0;
    INDArray audioGradient = audio_ND.ulike().assign(0);
    INDArray textGradient = text_ND.ulike().assign(0);
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    for (Part part : parts) {
      LossOutput output = part.loss.evaluate(audio_ND, text_ND, part.own(parameters), ids);
      value += part.weight * output.value();
      addScaled(output.audioGradient(), part.weight, audioGradient);
      addScaled(output.textGradient(), part.weight, textGradient);
      output
          .parameterGradients()
          .forEach((name, array) -> gradients.put(part.fullName(name), array.mul(part.weight)));
    }
    return new LossOutput(value, audioGradient, textGradient, gradients);
  }

  private static void addScaled(INDArray gradient, double weight, INDArray sum) {
    sum.addi(gradient.muli(weight));
    gradient.close();
  }

  /** The first part's that has one. */
  @Override
  public double logitScale(LossParameters parameters) {
    for (Part part : parts) {
      double scale = part.loss.logitScale(part.own(parameters));
      if (scale != 1) {
        return scale;
      }
    }
    return 1;
  }

  /**
   * As they are, if every part compares them so; else logits are the mean of the parts' logits, by
   * weight.
   */
  @Override
  public Scoring scoring(LossParameters parameters) {
    double weights = parts.stream().mapToDouble(Part::weight).sum();
    double ownScale = logitScale(parameters);
    List<Scoring.Weighted> scorings = new ArrayList<>();
    for (Part part : parts) {
      LossParameters own = part.own(parameters);
      double share = part.weight / weights * part.loss.logitScale(own) / ownScale;
      scorings.add(new Scoring.Weighted(share, part.loss.scoring(own)));
    }
    return scorings.stream().allMatch(part -> part.scoring().isCosine())
        ? Scoring.cosine()
        : Scoring.sum(scorings);
  }

  @Override
  public List<Integer> prefixDims() {
    return parts.stream()
        .flatMap(part -> part.loss.prefixDims().stream())
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public double chance(int pairs) {
    return parts.stream().mapToDouble(part -> part.weight * part.loss.chance(pairs)).sum();
  }

  @Override
  public boolean usesIds() {
    return parts.stream().allMatch(part -> part.loss.usesIds());
  }

  @Override
  public boolean isClamped(LossParameters parameters) {
    return parts.stream().anyMatch(part -> part.loss.isClamped(part.own(parameters)));
  }

  @Override
  public void afterStep(LossParameters parameters, long steps) {
    parts.forEach(part -> part.loss.afterStep(part.own(parameters), steps));
  }
}
