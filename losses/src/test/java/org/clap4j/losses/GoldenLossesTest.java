package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LogitScale;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.Scoring;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.inverse.InvertMatrix;

/** Values and gradients that PyTorch's autograd gives. */
class GoldenLossesTest {

  /** Of the fixture: doubles, sums in another order. */
  private static final double DOUBLE_TOLERANCE = 1e-10;

  /** Of the fixture: float32 logits up to about 20. */
  private static final double FLOAT_TOLERANCE = 2e-5;

  /** Of the fixture: float32 logits up to 1000. */
  private static final double FLOAT_EXTREMES_TOLERANCE = 1e-4;

  private static final Golden GOLDEN = Golden.fixture("losses");
  private static final JsonObject JSON = GOLDEN.json("losses.json");
  private static final List<String> VARIANTS =
      List.of(
          "infonce",
          "text_to_audio",
          "audio_to_text",
          "infonce_label_smoothing",
          "multi_positive",
          "siglip",
          "supcon_cross_in",
          "supcon_joint",
          "dcl",
          "hn_nce",
          "hn_nce_detached",
          "triplet_hardest",
          "triplet_sum",
          "matryoshka");

  private record Case(String file, String name, String variant, DataType type, JsonObject json) {

    INDArray array(String what) {
      return GOLDEN.array(file, name + "." + what);
    }

    boolean has(String what) {
      return GOLDEN.has(file, name + "." + variant + "." + what);
    }

    double number(String key) {
      return json.get(key).getAsDouble();
    }

    double tolerance() {
      if (type == DataType.DOUBLE) {
        return DOUBLE_TOLERANCE;
      }
      return file.equals("losses.safetensors") ? FLOAT_TOLERANCE : FLOAT_EXTREMES_TOLERANCE;
    }

    boolean isRaw() {
      return json.has("rows") && json.get("rows").getAsString().startsWith("raw");
    }

    @Override
    public String toString() {
      return name + " " + variant + " " + type;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      addCases(cases, "losses.safetensors", JSON.getAsJsonObject("cases"), type);
      addCases(cases, "extremes.safetensors", JSON.getAsJsonObject("extremes"), type);
    }
    return cases;
  }

  private static void addCases(List<Case> cases, String file, JsonObject json, DataType type) {
    for (String name : json.keySet()) {
      for (String variant : VARIANTS) {
        if (json.getAsJsonObject(name).getAsJsonObject("loss").has(variant)) {
          cases.add(new Case(file, name, variant, type, json.getAsJsonObject(name)));
        }
      }
    }
  }

  @Test
  void theFixtureHasTheCasesThatAreExpected() {
    assertEquals(208, cases().size());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valueAndGradientsEqualTheFixture(Case golden) {
    INDArray audio = golden.array("audio").castTo(golden.type());
    INDArray text = golden.array("text").castTo(golden.type());
    INDArray audioRows = golden.isRaw() ? unit(audio) : audio;
    INDArray textRows = golden.isRaw() ? unit(text) : text;
    LossOutput output =
        loss(golden)
            .evaluate(
                audioRows, textRows, parameters(golden.json(), golden.type()), ids(golden.json()));
    double tolerance = golden.tolerance();
    INDArray audioGradient = inputGradient(golden, "audio", output.audioGradient());
    INDArray textGradient = inputGradient(golden, "text", output.textGradient());
    String variant = golden.variant();
    Golden.assertClose(
        "loss",
        golden.json().getAsJsonObject("loss").get(variant).getAsDouble(),
        output.value(),
        tolerance);
    if (!golden.has("grad_audio")) {
      return; // the fixture has no gradients where the hardest negatives are tied
    }
    Golden.assertClose(
        "audio gradient", golden.array(variant + ".grad_audio"), audioGradient, tolerance);
    Golden.assertClose(
        "text gradient", golden.array(variant + ".grad_text"), textGradient, tolerance);
    assertEquals(golden.has("grad_log_scale"), hasGradient(output, LogitScale.LOG_LOGIT_SCALE));
    assertEquals(golden.has("grad_bias"), hasGradient(output, Sigmoid.LOGIT_BIAS));
    assertClose(golden, "grad_log_scale", output, LogitScale.LOG_LOGIT_SCALE);
    assertClose(golden, "grad_bias", output, Sigmoid.LOGIT_BIAS);
  }

  private static boolean hasGradient(LossOutput output, String parameter) {
    return output.parameterGradients().containsKey(parameter);
  }

  private static void assertClose(Case golden, String what, LossOutput output, String parameter) {
    if (golden.has(what)) {
      assertGradient(golden, what, output, parameter);
    }
  }

  private static double scaleGradient(LossOutput output) {
    return output.parameterGradients().values().iterator().next().getDouble(0);
  }

  private static ContrastiveLoss loss(Case golden) {
    TemperatureConfig temperature = TemperatureConfig.learnable(10, 100);
    return switch (golden.variant()) {
      case "infonce" -> InfoNce.of(InfoNceConfig.of(temperature));
      case "audio_to_text" -> InfoNce.of(new InfoNceConfig(temperature, 0, 1));
      case "text_to_audio" -> InfoNce.of(new InfoNceConfig(temperature, 0, 0));
      case "infonce_label_smoothing" ->
          InfoNce.of(
              new InfoNceConfig(temperature, golden.json().get("smoothing").getAsDouble(), 0.5));
      case "multi_positive" ->
          MultiPositive.of(MultiPositiveConfig.of(temperature, MultiPositiveConfig.Share.CLIP));
      case "siglip" -> Sigmoid.of(new SigmoidConfig(temperature, -10));
      case "supcon_joint" -> supCon(SupConConfig.Anchors.JOINT);
      case "supcon_cross_in" -> supCon(SupConConfig.Anchors.CROSS_MODAL);
      case "dcl" -> Decoupled.of(new DecoupledConfig(temperature, 0.5));
      case "hn_nce" -> hardNegative(golden, HardNegativeConfig.Weights.DIFFERENTIATED);
      case "hn_nce_detached" -> hardNegative(golden, HardNegativeConfig.Weights.DETACHED);
      case "triplet_hardest" -> triplet(golden, TripletConfig.Negatives.HARDEST);
      case "triplet_sum" -> triplet(golden, TripletConfig.Negatives.ALL);
      case "matryoshka" -> matryoshka(golden);
      default -> throw new IllegalArgumentException(golden.variant());
    };
  }

  private static ContrastiveLoss supCon(SupConConfig.Anchors anchors) {
    return SupCon.of(
        new SupConConfig(
            TemperatureConfig.learnable(10, 100), MultiPositiveConfig.Share.CLIP, anchors));
  }

  private static ContrastiveLoss hardNegative(Case golden, HardNegativeConfig.Weights weights) {
    return HardNegative.of(
        new HardNegativeConfig(
            TemperatureConfig.learnable(10, 100),
            golden.number("alpha"),
            golden.number("beta"),
            weights,
            0.5));
  }

  private static ContrastiveLoss triplet(Case golden, TripletConfig.Negatives negatives) {
    return Triplet.of(new TripletConfig(golden.number("margin"), negatives));
  }

  private static ContrastiveLoss matryoshka(Case golden) {
    List<Integer> prefixes =
        golden.json().getAsJsonArray("prefixes").asList().stream()
            .map(JsonElement::getAsInt)
            .toList();
    Selected<LossFactory<?>> infoNce =
        new Selected<>(
            "info-nce",
            new InfoNceFactory(),
            InfoNceConfig.of(TemperatureConfig.learnable(10, 100)));
    int dim = (int) golden.array("audio").size(1);
    return Matryoshka.of(new MatryoshkaConfig(prefixes, List.of(), infoNce), dim);
  }

  /**
   * The fixture gives features that transforms might have made, not the transforms. Transforms that
   * do make them are found: the first map is the identity behind a bias that no ReLU cuts, the
   * second solves [N, D] equations, N below D.
   */
  @ParameterizedTest
  @ValueSource(strings = {"unit", "raw", "uneven"})
  void theFourTermsOfLaionsLossAndTheirGradientsEqualTheFixture(String name) {
    JsonObject json = JSON.getAsJsonObject("cases").getAsJsonObject(name);
    Case golden = new Case("losses.safetensors", name, "laion_mlp", DataType.DOUBLE, json);
    INDArray audio = golden.isRaw() ? unit(golden.array("audio")) : golden.array("audio");
    INDArray text = golden.isRaw() ? unit(golden.array("text")) : golden.array("text");
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("audio.log_logit_scale", scalar(golden.number("log_scale")));
    arrays.put("text.log_logit_scale", scalar(golden.number("log_scale_t")));
    INDArray ofText = putTransform(arrays, "audio.text_transform", text, golden.array("text_mlp"));
    INDArray ofAudio =
        putTransform(arrays, "text.audio_transform", audio, golden.array("audio_mlp"));

    ContrastiveLoss loss =
        LaionMlp.of(new LaionMlpConfig(TemperatureConfig.learnable(10, 100)), (int) audio.size(1));
    LossOutput output = loss.evaluate(audio, text, new LossParameters(arrays), ids(json));
    INDArray ofAudioMlp = golden.array("laion_mlp.grad_audio_mlp");
    INDArray ofTextMlp = golden.array("laion_mlp.grad_text_mlp");
    Golden.assertClose(
        "loss",
        json.getAsJsonObject("loss").get("laion_mlp").getAsDouble(),
        output.value(),
        DOUBLE_TOLERANCE);
    Golden.assertClose(
        "audio gradient",
        golden
            .array("laion_mlp.grad_audio")
            .add(inputGradient(golden, "audio", ofAudioMlp.mmul(ofAudio))),
        inputGradient(golden, "audio", output.audioGradient()),
        DOUBLE_TOLERANCE);
    Golden.assertClose(
        "text gradient",
        golden
            .array("laion_mlp.grad_text")
            .add(inputGradient(golden, "text", ofTextMlp.mmul(ofText))),
        inputGradient(golden, "text", output.textGradient()),
        DOUBLE_TOLERANCE);
    assertGradient(golden, "grad_log_scale", output, "audio.log_logit_scale");
    assertGradient(golden, "grad_log_scale_t", output, "text.log_logit_scale");
    Golden.assertClose(
        "gradient of the last bias",
        ofTextMlp.sum(0),
        Objects.requireNonNull(
            output.parameterGradients().get("audio.text_transform.linear2.bias")),
        DOUBLE_TOLERANCE);
    assertScoresAreTheMeanOfBothLogits(loss, new LossParameters(arrays), golden, audio, text);
  }

  /** As LAION's training code ranks in its evaluation. */
  private static void assertScoresAreTheMeanOfBothLogits(
      ContrastiveLoss loss,
      LossParameters parameters,
      Case golden,
      INDArray audio_ND,
      INDArray text_ND) {
    INDArray ofAudio_NN =
        audio_ND
            .mmul(golden.array("text_mlp").transpose())
            .mul(Math.exp(golden.number("log_scale")));
    INDArray ofText_NN =
        golden
            .array("audio_mlp")
            .mmul(text_ND.transpose())
            .mul(Math.exp(golden.number("log_scale_t")));
    Scoring scoring = loss.scoring(parameters);
    Golden.assertClose(
        "logits",
        ofAudio_NN.add(ofText_NN).div(2),
        scoring
            .audioRows()
            .apply(audio_ND)
            .mmul(scoring.textRows().apply(text_ND).transpose())
            .mul(loss.logitScale(parameters)),
        DOUBLE_TOLERANCE);
  }

  /** What the gradient at unit rows is at the fixture's rows. */
  private static INDArray inputGradient(Case golden, String rows, INDArray gradient) {
    return golden.isRaw()
        ? throughUnit(golden.array(rows).castTo(golden.type()), gradient)
        : gradient;
  }

  private static void assertGradient(
      Case golden, String what, LossOutput output, String parameter) {
    Golden.assertClose(
        what,
        golden.array(golden.variant() + "." + what).getDouble(0),
        Objects.requireNonNull(output.parameterGradients().get(parameter)).getDouble(0),
        golden.tolerance());
  }

  /** Puts a transform of x [N, D] to y [N, D] among parameters; gives its second weight. */
  private static INDArray putTransform(
      Map<String, INDArray> arrays, String name, INDArray x_ND, INDArray y_ND) {
    long dim = x_ND.size(1);
    double lift = 2; // above any element of a unit row
    INDArray lifted_ND = x_ND.add(lift);
    INDArray inverse_NN = InvertMatrix.invert(x_ND.mmul(x_ND.transpose()), false);
    INDArray weight_DD = x_ND.transpose().mmul(inverse_NN).mmul(y_ND).transpose().dup('c');
    arrays.put(name + ".linear1.weight", Nd4j.eye(dim).castTo(DataType.DOUBLE));
    arrays.put(name + ".linear1.bias", Nd4j.valueArrayOf(new long[] {dim}, lift, DataType.DOUBLE));
    arrays.put(name + ".linear2.weight", weight_DD);
    arrays.put(
        name + ".linear2.bias", y_ND.sub(lifted_ND.mmul(weight_DD.transpose())).getRow(0).dup());
    return weight_DD;
  }

  private static INDArray scalar(double value) {
    return Nd4j.valueArrayOf(new long[] {1}, value, DataType.DOUBLE);
  }

  private static LossParameters parameters(JsonObject json, DataType type) {
    Map<String, INDArray> arrays =
        new LinkedHashMap<>(parameters(json.get("log_scale").getAsDouble(), type).arrays());
    arrays.put(
        Sigmoid.LOGIT_BIAS,
        Nd4j.valueArrayOf(new long[] {1}, json.get("bias").getAsDouble(), type));
    return new LossParameters(arrays);
  }

  private static LossParameters parameters(double logScale, DataType type) {
    return new LossParameters(
        Map.of(LogitScale.LOG_LOGIT_SCALE, Nd4j.valueArrayOf(new long[] {1}, logScale, type)));
  }

  private static PairIds ids(JsonObject json) {
    long[] ids =
        json.getAsJsonArray("ids").asList().stream().mapToLong(JsonElement::getAsLong).toArray();
    return new PairIds(ids, PairIds.distinct(ids.length).captionIds());
  }

  private static INDArray unit(INDArray rows) {
    return rows.divColumnVector(rows.norm2(1));
  }

  /** Takes a gradient at unit rows back through x / |x|. */
  private static INDArray throughUnit(INDArray rows, INDArray gradient) {
    INDArray unit = unit(rows);
    INDArray radial = unit.mulColumnVector(gradient.mul(unit).sum(1));
    return gradient.sub(radial).divColumnVector(rows.norm2(1));
  }

  @Test
  void theScaleIsClampedAfterTheStepAndNotInTheGradient() {
    JsonObject clamp = JSON.getAsJsonObject("clamp");
    INDArray audio = GOLDEN.array("clamp.safetensors", "audio");
    INDArray text = GOLDEN.array("clamp.safetensors", "text");
    PairIds ids = PairIds.distinct((int) audio.size(0));
    ContrastiveLoss loss = InfoNce.of(InfoNceConfig.of(TemperatureConfig.learnable(10, 100)));
    LossParameters parameters = parameters(clamp.get("log_scale").getAsDouble(), DataType.DOUBLE);
    LossOutput output = loss.evaluate(audio, text, parameters, ids);
    Golden.assertClose("loss", clamp.get("loss").getAsDouble(), output.value(), DOUBLE_TOLERANCE);
    double gradient = scaleGradient(output);
    Golden.assertClose(
        "gradient", clamp.get("grad_log_scale").getAsDouble(), gradient, DOUBLE_TOLERANCE);
    Golden.assertClose(
        "audio gradient",
        GOLDEN.array("clamp.safetensors", "grad_audio"),
        output.audioGradient(),
        DOUBLE_TOLERANCE);

    INDArray log = parameters.get(LogitScale.LOG_LOGIT_SCALE);
    log.subi(clamp.get("sgd_learning_rate").getAsDouble() * gradient);
    Golden.assertClose(
        "stepped", clamp.get("log_scale_after_step").getAsDouble(), log.getDouble(0), 1e-10);
    loss.afterStep(parameters, 1);
    assertEquals(Math.log(100), log.getDouble(0));
    LossOutput atTheCap = loss.evaluate(audio, text, parameters, ids);
    JsonObject expected = clamp.getAsJsonObject("at_the_cap");
    Golden.assertClose(
        "loss at the cap", expected.get("loss").getAsDouble(), atTheCap.value(), DOUBLE_TOLERANCE);
    Golden.assertClose(
        "gradient at the cap",
        expected.get("grad_log_scale").getAsDouble(),
        scaleGradient(atTheCap),
        DOUBLE_TOLERANCE);
    log.assign(-1);
    loss.afterStep(parameters, 1);
    assertEquals(0, log.getDouble(0));
  }

  @Test
  void identicalEmbeddingsGiveLnB() {
    INDArray rows = Nd4j.ones(DataType.DOUBLE, 8, 16).divi(4);
    TemperatureConfig fixed = TemperatureConfig.fixed(100);
    LossParameters none = new LossParameters(Map.of());
    PairIds ids = PairIds.distinct(8);
    for (ContrastiveLoss loss :
        List.of(
            InfoNce.of(InfoNceConfig.of(fixed)),
            MultiPositive.of(MultiPositiveConfig.of(fixed, MultiPositiveConfig.Share.EITHER)))) {
      LossOutput output = loss.evaluate(rows, rows, none, ids);
      Golden.assertClose("loss", Math.log(8), output.value(), DOUBLE_TOLERANCE);
      assertTrue(output.parameterGradients().isEmpty());
    }
  }
}
