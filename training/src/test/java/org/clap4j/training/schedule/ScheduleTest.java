package org.clap4j.training.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clap4j.testkit.Golden;
import org.clap4j.training.MetricMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  /** The same formulas in double. */
  private static final double RELATIVE_TOLERANCE = 1e-12;

  private static final JsonObject EXPECTED = Golden.fixture("optim").json("schedules.json");

  @ParameterizedTest
  @ValueSource(
      strings = {"warmup_cosine.transformers", "warmup_cosine.open_clip", "warmup_cosine.to_zero"})
  void warmupCosineEqualsThePeers(String name) {
    JsonObject options = EXPECTED.getAsJsonObject(name);
    WarmupCosineConfig config =
        new WarmupCosineConfig(
            options.get("warmup").getAsLong(),
            options.get("first").getAsInt(),
            options.get("min_ratio").getAsDouble());
    assertRates(options, new WarmupCosineFactory().create(config, base(options), total(options)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant_cooldown.power_1", "constant_cooldown.power_2"})
  void constantCooldownEqualsThePeers(String name) {
    JsonObject options = EXPECTED.getAsJsonObject(name);
    ConstantCooldownConfig config =
        new ConstantCooldownConfig(
            options.get("warmup").getAsLong(),
            options.get("first").getAsInt(),
            options.get("cooldown").getAsLong(),
            options.get("power").getAsDouble(),
            options.get("end").getAsDouble());
    assertRates(
        options, new ConstantCooldownFactory().create(config, base(options), total(options)));
  }

  @Test
  void inverseSqrtEqualsThePeers() {
    JsonObject options = EXPECTED.getAsJsonObject("inverse_sqrt");
    InverseSqrtConfig config = new InverseSqrtConfig(options.get("warmup").getAsLong());
    assertRates(options, new InverseSqrtFactory().create(config, base(options), 0));
  }

  @Test
  void plateauEqualsTorchAndGoesOnFromItsState() {
    for (JsonElement element :
        EXPECTED.getAsJsonObject("reduce_on_plateau").getAsJsonArray("cases")) {
      JsonObject options = element.getAsJsonObject();
      Schedule schedule = new PlateauFactory().create(plateau(options), base(options), 0);
      JsonArray metrics = options.getAsJsonArray("metrics");
      for (int i = 0; i < metrics.size(); i++) {
        schedule.observe(metrics.get(i).getAsDouble());
        assertRate(options, i, schedule.learningRate(i));
        Schedule resumed = new PlateauFactory().create(plateau(options), base(options), 0);
        resumed.restore(schedule.state());
        schedule = resumed;
      }
    }
  }

  private static PlateauConfig plateau(JsonObject options) {
    return new PlateauConfig(
        "val/loss",
        MetricMode.valueOf(options.get("mode").getAsString().toUpperCase(Locale.ROOT)),
        options.get("factor").getAsDouble(),
        options.get("patience").getAsInt(),
        options.get("threshold").getAsDouble(),
        options.get("cooldown").getAsInt(),
        options.get("min_lr").getAsDouble());
  }

  @Test
  void plateauSaysWhatItWatches() {
    PlateauConfig config = new PlateauConfig("val/loss", MetricMode.MIN, 0.5, 1, 0, 0, 0);
    assertEquals(
        Optional.of("val/loss"), new PlateauFactory().create(config, 1, 0).watchedMetric());
  }

  @Test
  void plateauMayWatchTheMeanOfTheTrainingLoss() {
    PlateauConfig config = new PlateauConfig("train/loss", MetricMode.MIN, 0.5, 0, 0, 0, 0);
    Schedule schedule = new PlateauFactory().create(config, 1, 0);
    assertEquals(Optional.empty(), schedule.watchedMetric());
    schedule.stepped(2);
    schedule.stepped(4);
    schedule.stepped(Double.NaN);
    schedule.evaluationDue();
    schedule.stepped(2.9);
    schedule.evaluationDue();
    assertEquals(1, schedule.learningRate(4));
    schedule.stepped(1);
    Schedule resumed = new PlateauFactory().create(config, 1, 0);
    resumed.restore(schedule.state());
    resumed.stepped(5);
    resumed.evaluationDue();
    assertEquals(0.5, resumed.learningRate(6));
  }

  @Test
  void plateauRefusesToWatchForALargeTrainingLoss() {
    assertEquals(
        "mode must be min to watch train/loss, was max",
        assertThrows(
                IllegalArgumentException.class,
                () -> new PlateauConfig("train/loss", MetricMode.MAX, 0.5, 0, 0, 0, 0))
            .getMessage());
  }

  @Test
  void plateauRefusesTheStateOfAnotherSchedule() {
    PlateauConfig config = new PlateauConfig("val/loss", MetricMode.MIN, 0.5, 1, 0, 0, 0);
    Schedule schedule = new PlateauFactory().create(config, 1, 0);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> schedule.restore(Map.of("x", 1.0)));
    assertEquals(
        "the schedule's state has no 'learning-rate', only [x]; it was written by another kind of"
            + " schedule",
        e.getMessage());
  }

  @Test
  void constantIsConstantAfterItsWarmUp() {
    Schedule schedule = new ConstantFactory().create(new ConstantConfig(4, 1), 2, 10);
    assertEquals(0.5, schedule.learningRate(0));
    assertEquals(2, schedule.learningRate(3));
    assertEquals(2, schedule.learningRate(100));
  }

  @Test
  void aRunShorterThanItsWarmUpOnlyRises() {
    WarmupCosineConfig config = new WarmupCosineConfig(10, 1, 0);
    Schedule schedule = new WarmupCosineFactory().create(config, 1, 5);
    assertEquals(0.5, schedule.learningRate(4));
    assertEquals(0, schedule.learningRate(10));
  }

  @Test
  void rangesAreChecked() {
    assertEquals(
        "min-ratio must be in [0, 1], was NaN",
        assertThrows(IllegalArgumentException.class, () -> new WarmupCosineConfig(1, 1, Double.NaN))
            .getMessage());
    assertEquals(
        "warmup-first must be 0 or 1, was 2",
        assertThrows(IllegalArgumentException.class, () -> new ConstantConfig(1, 2)).getMessage());
  }

  private static double base(JsonObject options) {
    return options.get("base").getAsDouble();
  }

  private static long total(JsonObject options) {
    return options.get("total").getAsLong();
  }

  private static void assertRates(JsonObject options, Schedule schedule) {
    for (int step = 0; step < options.getAsJsonArray("values").size(); step++) {
      assertRate(options, step, schedule.learningRate(step));
    }
  }

  private static void assertRate(JsonObject options, int index, double actual) {
    double expected = options.getAsJsonArray("values").get(index).getAsDouble();
    assertEquals(expected, actual, RELATIVE_TOLERANCE * base(options), "value " + index);
  }
}
