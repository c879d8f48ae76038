package org.clap4j.training.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.model.Tower;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ModelOptimizerTest {

  /** The same formulas in double, summed in another order. */
  private static final double DOUBLE_TOLERANCE = 1e-12;

  /** Ten steps in float32, as the fixture's README allows. */
  private static final double FLOAT_TOLERANCE = 2e-6;

  private static final String FILE = "optim.safetensors";
  private static final int STEPS = 10;

  private final Golden golden = Golden.fixture("optim");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamw",
        "adamw_eps_1e-6",
        "adam",
        "adam_l2",
        "sgd",
        "sgd_momentum",
        "sgd_nesterov"
      })
  void equalsTorch(String name) {
    assertEqualsTorch(name, DataType.DOUBLE, DOUBLE_TOLERANCE);
    assertEqualsTorch(name, DataType.FLOAT, FLOAT_TOLERANCE);
  }

  private void assertEqualsTorch(String name, DataType dataType, double tolerance) {
    Vectors vectors = new Vectors(golden, dataType);
    JsonObject options =
        golden.json("optim.json").getAsJsonObject("optimisers").getAsJsonObject(name);
    try (ModelOptimizer optimizer = vectors.optimizer(optimizer(name, options, vectors))) {
      for (int step = 0; step < STEPS; step++) {
        vectors.setGradients(golden, step);
        optimizer.update(optimizer.learningRate(), 1, Frozen.none());
        for (int i = 0; i < 2; i++) {
          INDArray expected = golden.array(FILE, name + "." + i).slice(step);
          INDArray actual = vectors.parameters.get(i).value().castTo(DataType.DOUBLE);
          Golden.assertClose(
              name + "." + i + " step " + step,
              expected,
              actual.reshape(expected.shape()),
              tolerance);
        }
      }
    }
  }

  private static Optimizer optimizer(String name, JsonObject options, Vectors vectors) {
    double lr = options.get("lr").getAsDouble();
    double decay = options.has("weight_decay") ? options.get("weight_decay").getAsDouble() : 0;
    if (name.startsWith("sgd")) {
      double momentum = options.has("momentum") ? options.get("momentum").getAsDouble() : 0;
      SgdConfig config = new SgdConfig(lr, momentum, options.has("nesterov"), decay);
      return new SgdFactory().create(config, vectors.flat, vectors.gradients);
    }
    JsonArray betas = options.getAsJsonArray("betas");
    double beta1 = betas.get(0).getAsDouble();
    double beta2 = betas.get(1).getAsDouble();
    double eps = options.get("eps").getAsDouble();
    return name.startsWith("adamw")
        ? new AdamWFactory()
            .create(new AdamWConfig(lr, beta1, beta2, eps, decay), vectors.flat, vectors.gradients)
        : new AdamFactory()
            .create(new AdamConfig(lr, beta1, beta2, eps, decay), vectors.flat, vectors.gradients);
  }

  @ParameterizedTest
  @ValueSource(strings = {"above", "below"})
  void clipsAsTorchDoes(String name) {
    JsonObject expected = golden.json("optim.json").getAsJsonObject("clip").getAsJsonObject(name);
    Vectors vectors = new Vectors(golden, DataType.DOUBLE);
    vectors.setGradients(golden, 0);
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0))) {
      GradientNorms norms = optimizer.gradientNorms(Frozen.none());
      double coefficient = norms.clippingCoefficient(expected.get("max_norm").getAsDouble());
      assertEquals(expected.get("total_norm").getAsDouble(), norms.total(), DOUBLE_TOLERANCE * 10);
      assertEquals(expected.get("coefficient").getAsDouble(), coefficient, DOUBLE_TOLERANCE);
      INDArray before = vectors.flat.dup();
      optimizer.update(1, coefficient, Frozen.none());
      INDArray moved = before.sub(vectors.flat);
      for (int i = 0; i < 2; i++) {
        INDArray clipped = golden.array(FILE, "clip." + name + "." + i);
        Parameter parameter = vectors.parameters.get(i);
        Golden.assertClose(
            "clipped gradient " + i,
            clipped.reshape(parameter.length()),
            new FlatSlice(parameter.offset(), parameter.length(), false).of(moved),
            DOUBLE_TOLERANCE);
      }
    }
  }

  private static Optimizer sgd(Vectors vectors, double weightDecay) {
    return new SgdFactory()
        .create(new SgdConfig(1, 0, false, weightDecay), vectors.flat, vectors.gradients);
  }

  @Test
  void decaySparesOneDimensionAndNoDecay() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 2, 3),
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 4),
            new Shape(Part.AUDIO_ENCODER, Kind.NO_DECAY, 2, 2));
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0.5))) {
      optimizer.update(1, 1, Frozen.none());
    }
    assertEquals(0.5, vectors.parameters.get(0).value().getDouble(0));
    assertEquals(1, vectors.parameters.get(1).value().getDouble(0));
    assertEquals(1, vectors.parameters.get(2).value().getDouble(0));
  }

  @Test
  void statesMoveBySlotUnclippedAndUnscaledAndAreNotInNorms() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 1, 2),
            new Shape(Part.AUDIO_ENCODER, Kind.STATE, 3));
    vectors.gradients.assign(0.25);
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0.5))) {
      assertEquals(
          Math.sqrt(2) / 4, optimizer.gradientNorms(Frozen.none()).total(), DOUBLE_TOLERANCE);
      optimizer.update(1e-3, 1e-3, Frozen.none());
    }
    assertEquals(0.75, vectors.parameters.get(1).value().getDouble(2));
  }

  @Test
  void frozenTowersStayAndDoNotCount() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 1, 2),
            new Shape(Part.AUDIO_ENCODER, Kind.STATE, 2),
            new Shape(Part.TEXT_ENCODER, Kind.WEIGHT, 1, 2));
    vectors.gradients.assign(3);
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0.5))) {
      GradientNorms norms = optimizer.gradientNorms(Frozen.whole(Set.of(Part.AUDIO_ENCODER)));
      optimizer.update(1, 1, Frozen.whole(Set.of(Part.AUDIO_ENCODER)));
      assertEquals(Math.sqrt(18), norms.total(), DOUBLE_TOLERANCE);
      assertEquals(0, norms.byTower().get(Tower.AUDIO));
      assertEquals(Map.of("audio_encoder.1", 0L, "text_encoder.1", 1L), optimizer.updates());
    }
    assertEquals(1, vectors.parameters.get(0).value().getDouble(0));
    assertEquals(1, vectors.parameters.get(1).value().getDouble(0));
    assertEquals(-2.5, vectors.parameters.get(2).value().getDouble(0));
  }

  @Test
  void towersHaveTheirOwnRates() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.NO_DECAY, 2),
            new Shape(Part.TEXT_ENCODER, Kind.NO_DECAY, 2));
    vectors.gradients.assign(1);
    Map<Tower, TowerRate> factors = Map.of(Tower.TEXT, new TowerRate(0.1, 1));
    try (ModelOptimizer optimizer =
        new ModelOptimizer(
            vectors.parameters, vectors.flat, vectors.gradients, sgd(vectors, 0.5), factors)) {
      optimizer.update(0.5, 1, Frozen.none());
    }
    assertEquals(0.5, vectors.parameters.get(0).value().getDouble(0));
    assertEquals(0.95, vectors.parameters.get(1).value().getDouble(0), DOUBLE_TOLERANCE);
  }

  @Test
  void lowerLayersHaveLowerRatesAndFreezeAlone() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, 1, Kind.NO_DECAY, 2),
            new Shape(Part.AUDIO_ENCODER, 2, Kind.NO_DECAY, 2),
            new Shape(Part.AUDIO_ENCODER, 3, Kind.NO_DECAY, 2),
            new Shape(Part.AUDIO_HEAD, 1, Kind.NO_DECAY, 2));
    vectors.gradients.assign(1);
    Map<Tower, TowerRate> rates = Map.of(Tower.AUDIO, new TowerRate(0.5, 0.1));
    Frozen frozen = new Frozen(Set.of(), Map.of(Part.AUDIO_ENCODER, 1));
    try (ModelOptimizer optimizer =
        new ModelOptimizer(
            vectors.parameters, vectors.flat, vectors.gradients, sgd(vectors, 0), rates)) {
      assertEquals(Math.sqrt(6), optimizer.gradientNorms(frozen).total(), DOUBLE_TOLERANCE);
      optimizer.update(1, 1, frozen);
      assertEquals(1, vectors.parameters.get(0).value().getDouble(0));
      assertEquals(1 - 0.005, vectors.parameters.get(1).value().getDouble(0), DOUBLE_TOLERANCE);
      assertEquals(1 - 0.05, vectors.parameters.get(2).value().getDouble(0), DOUBLE_TOLERANCE);
      assertEquals(1 - 0.5, vectors.parameters.get(3).value().getDouble(0), DOUBLE_TOLERANCE);
      optimizer.update(1, 1, Frozen.none());
      assertEquals(1 - 0.0005, vectors.parameters.get(0).value().getDouble(0), DOUBLE_TOLERANCE);
      assertEquals(1L, optimizer.updates().get("audio_encoder.1"));
      assertEquals(2L, optimizer.updates().get("audio_encoder.2"));
    }
  }

  @Test
  void decayedRatesGiveWhatTorchGivesWithAGroupForEachLayer() {
    assertLayerDecayEqualsTorch(DataType.DOUBLE, DOUBLE_TOLERANCE);
    assertLayerDecayEqualsTorch(DataType.FLOAT, FLOAT_TOLERANCE);
  }

  private static void assertLayerDecayEqualsTorch(DataType type, double tolerance) {
    Golden golden = Golden.fixture("layer_decay");
    String file = "layer_decay.safetensors";
    JsonObject options = golden.json("layer_decay.json");
    Map<Tower, TowerRate> rates = new EnumMap<>(Tower.class);
    List<String> names = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (Tower tower : List.of(Tower.AUDIO, Tower.TEXT)) {
      String key = tower.name().toLowerCase(Locale.ROOT);
      JsonObject ofTower = options.getAsJsonObject("towers").getAsJsonObject(key);
      rates.put(
          tower,
          new TowerRate(ofTower.get("factor").getAsDouble(), ofTower.get("decay").getAsDouble()));
      for (int layer = 0; layer <= ofTower.get("layers").getAsInt(); layer++) {
        Part part =
            tower == Tower.AUDIO
                ? (layer == 0 ? Part.AUDIO_HEAD : Part.AUDIO_ENCODER)
                : (layer == 0 ? Part.TEXT_HEAD : Part.TEXT_ENCODER);
        for (String kind : List.of("weight", "bias")) {
          String name = key + "." + layer + "." + kind;
          names.add(name);
          shapes.add(
              new Shape(
                  part,
                  Math.max(1, layer),
                  Kind.WEIGHT,
                  golden.array(file, "start." + name).shape()));
        }
      }
    }
    Vectors vectors = Vectors.ofOnes(type, shapes.toArray(Shape[]::new));
    for (int i = 0; i < names.size(); i++) {
      vectors.parameters.get(i).value().assign(golden.array(file, "start." + names.get(i), type));
    }
    JsonArray betas = options.getAsJsonArray("betas");
    double lr = options.get("lr").getAsDouble();
    AdamWConfig config =
        new AdamWConfig(
            lr,
            betas.get(0).getAsDouble(),
            betas.get(1).getAsDouble(),
            options.get("eps").getAsDouble(),
            options.get("weight_decay").getAsDouble());
    Optimizer adamW = new AdamWFactory().create(config, vectors.flat, vectors.gradients);
    try (ModelOptimizer optimizer =
        new ModelOptimizer(vectors.parameters, vectors.flat, vectors.gradients, adamW, rates)) {
      for (int step = 0; step < options.get("steps").getAsInt(); step++) {
        for (int i = 0; i < names.size(); i++) {
          vectors.setGradient(i, golden.array(file, "gradient." + names.get(i), type).slice(step));
        }
        optimizer.update(lr, 1, Frozen.none());
        for (int i = 0; i < names.size(); i++) {
          Golden.assertClose(
              names.get(i) + " step " + step,
              golden.array(file, "after." + names.get(i), type).slice(step),
              vectors.parameters.get(i).value(),
              tolerance);
        }
      }
    }
  }

  @Test
  void takesCountsOfOlderCheckpoints() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 1, 2),
            new Shape(Part.TEXT_ENCODER, Kind.WEIGHT, 1, 2));
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0))) {
      optimizer.restoreUpdates(Map.of("audio_encoder", 3L, "text", 4L));
      assertEquals(Map.of("audio_encoder.1", 3L, "text_encoder.1", 4L), optimizer.updates());
    }
  }

  @Test
  void nonFiniteGradientsShowInTheNorm() {
    Vectors vectors = Vectors.ofOnes(new Shape(Part.TEXT_ENCODER, Kind.WEIGHT, 1, 3));
    vectors.gradients.putScalar(1, Double.NaN);
    try (ModelOptimizer optimizer = vectors.optimizer(sgd(vectors, 0.5))) {
      assertTrue(!optimizer.gradientNorms(Frozen.none()).isFinite());
    }
  }

  @Test
  void stateIsNamedByParameterAndSlot() {
    Vectors vectors =
        Vectors.ofOnes(
            new Shape(Part.AUDIO_ENCODER, Kind.WEIGHT, 2, 3),
            new Shape(Part.AUDIO_ENCODER, Kind.STATE, 2));
    Optimizer adam =
        new AdamFactory()
            .create(new AdamConfig(1, 0.9, 0.99, 1e-8, 0), vectors.flat, vectors.gradients);
    try (ModelOptimizer optimizer = vectors.optimizer(adam)) {
      assertEquals(Set.of("p0.exp_avg", "p0.exp_avg_sq"), optimizer.state().keySet());
    }
  }

  private record Shape(Part part, int layer, Kind kind, long... sizes) {
    Shape(Part part, Kind kind, long... sizes) {
      this(part, 1, kind, sizes);
    }
  }

  /** Flat vectors and the parameters that are views of them. */
  private static final class Vectors {
    final INDArray flat;
    final INDArray gradients;
    final List<Parameter> parameters = new ArrayList<>();

    private Vectors(DataType dataType, long length) {
      flat = Nd4j.ones(dataType, length);
      gradients = Nd4j.zeros(dataType, length);
    }

    /** The fixture's two parameters, both decayed whatever their rank, as torch does. */
    Vectors(Golden golden, DataType dataType) {
      this(dataType, 7 + 12);
      INDArray first = golden.array(FILE, "start.0", dataType);
      INDArray second = golden.array(FILE, "start.1", dataType);
      add(Part.AUDIO_ENCODER, 1, Kind.WEIGHT, 0, 7, 1);
      add(Part.TEXT_ENCODER, 1, Kind.WEIGHT, 7, 3, 4);
      parameters.get(0).value().assign(first.reshape(7, 1));
      parameters.get(1).value().assign(second);
    }

    static Vectors ofOnes(Shape... shapes) {
      return ofOnes(DataType.DOUBLE, shapes);
    }

    static Vectors ofOnes(DataType dataType, Shape... shapes) {
      long length = 0;
      for (Shape shape : shapes) {
        length += product(shape.sizes());
      }
      Vectors vectors = new Vectors(dataType, length);
      long offset = 0;
      for (Shape shape : shapes) {
        vectors.add(shape.part(), shape.layer(), shape.kind(), offset, shape.sizes());
        offset += product(shape.sizes());
      }
      return vectors;
    }

    private static long product(long... sizes) {
      long product = 1;
      for (long size : sizes) {
        product *= size;
      }
      return product;
    }

    private void add(Part part, int layer, Kind kind, long offset, long... sizes) {
      long length = product(sizes);
      INDArray view = flat.get(NDArrayIndex.interval(offset, offset + length)).reshape('c', sizes);
      parameters.add(
          new Parameter("p" + parameters.size(), part, layer, kind, offset, length, view));
    }

    void setGradients(Golden golden, int step) {
      for (int i = 0; i < 2; i++) {
        setGradient(i, golden.array(FILE, "grad." + i, flat.dataType()).slice(step));
      }
    }

    void setGradient(int i, INDArray gradient) {
      Parameter parameter = parameters.get(i);
      new FlatSlice(parameter.offset(), parameter.length(), false)
          .of(gradients)
          .assign(gradient.reshape(parameter.length()));
    }

    ModelOptimizer optimizer(Optimizer optimizer) {
      return new ModelOptimizer(parameters, flat, gradients, optimizer, Map.of());
    }
  }
}
