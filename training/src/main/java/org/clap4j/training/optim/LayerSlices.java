package org.clap4j.training.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;

/** Where a layer's parameters lie in the flat vectors, and how often they have been updated. */
final class LayerSlices {

  private final Part part;
  private final int number;
  private final double rateFactor;
  private final List<FlatSlice> trained = new ArrayList<>();
  private final List<FlatSlice> states = new ArrayList<>();
  private long updates;

  /**
   * A layer without parameters.
   *
   * @param number of the layer within its part
   * @param rateFactor what the learning rate is multiplied with
   */
  LayerSlices(Part part, int number, double rateFactor) {
    this.part = part;
    this.number = number;
    this.rateFactor = rateFactor;
  }

  /** Adds a parameter; neighbours that decay alike become one slice. */
  void add(Parameter parameter) {
    List<FlatSlice> slices = isState(parameter) ? states : trained;
    FlatSlice slice = new FlatSlice(parameter.offset(), parameter.length(), decays(parameter));
    FlatSlice last = slices.isEmpty() ? null : slices.get(slices.size() - 1);
    if (last != null && last.end() == slice.offset() && last.decays() == slice.decays()) {
      slices.set(
          slices.size() - 1,
          new FlatSlice(last.offset(), last.length() + slice.length(), slice.decays()));
    } else {
      slices.add(slice);
    }
  }

  static boolean isState(Parameter parameter) {
    return parameter.kind() == ParameterSpec.Kind.STATE;
  }

  /** Decay spares biases, norms, and whatever has one dimension. */
  private static boolean decays(Parameter parameter) {
    return parameter.kind() == ParameterSpec.Kind.WEIGHT && parameter.value().rank() > 1;
  }

  Part part() {
    return part;
  }

  int number() {
    return number;
  }

  double rateFactor() {
    return rateFactor;
  }

  /** What the optimiser updates. */
  List<FlatSlice> trained() {
    return trained;
  }

  /** Running statistics. */
  List<FlatSlice> states() {
    return states;
  }

  long updates() {
    return updates;
  }

  /** Counts an update, and says the how manieth it is. */
  long countUpdate() {
    return ++updates;
  }

  void restoreUpdates(long count) {
    updates = count;
  }

  /** {@code audio_encoder.3}. */
  String name() {
    return name(part, number);
  }

  static String name(Part part, int number) {
    return name(part) + "." + number;
  }

  static String name(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }
}
