package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.mlflow.api.proto.Service;

/**
 * What one {@code runs/log-batch} request carries.
 *
 * @param metrics at most 1,000
 * @param params at most 100
 * @param tags at most 100; together at most 1,000
 */
record LogBatch(
    List<Service.Metric> metrics, List<Service.Param> params, List<Service.RunTag> tags) {

  static final int MAX_ITEMS = 1000;
  static final int MAX_PARAMS = 100;
  static final int MAX_TAGS = 100;

  /** The server cuts longer ones silently. */
  private static final int MAX_PARAM_LENGTH = 6000;

  private static final int MAX_TAG_LENGTH = 8000;

  LogBatch() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  int size() {
    return metrics.size() + params.size() + tags.size();
  }

  /** Adds a point, and returns it. */
  Service.Metric addMetric(String name, double value, long timeMillis, long step) {
    Service.Metric metric =
        Service.Metric.newBuilder()
            .setKey(name)
            .setValue(value)
            .setTimestamp(timeMillis)
            .setStep(step)
            .build();
    metrics.add(metric);
    return metric;
  }

  void addParam(String name, String value) {
    params.add(
        Service.Param.newBuilder().setKey(name).setValue(cut(value, MAX_PARAM_LENGTH)).build());
  }

  void addTag(String name, String value) {
    tags.add(Service.RunTag.newBuilder().setKey(name).setValue(cut(value, MAX_TAG_LENGTH)).build());
  }

  private static String cut(String value, int length) {
    return value.length() <= length ? value : value.substring(0, length - 1) + "…";
  }

  /** The same items in batches that the server's limits admit. */
  List<LogBatch> withinLimits() {
    List<LogBatch> batches = new ArrayList<>();
    LogBatch batch = new LogBatch();
    for (Service.Param param : params) {
      batch = batch.params.size() < MAX_PARAMS ? batch : filed(batches, batch);
      batch.params.add(param);
    }
    for (Service.RunTag tag : tags) {
      batch = batch.tags.size() < MAX_TAGS ? batch : filed(batches, batch);
      batch.tags.add(tag);
    }
    for (Service.Metric metric : metrics) {
      batch = batch.size() < MAX_ITEMS ? batch : filed(batches, batch);
      batch.metrics.add(metric);
    }
    filed(batches, batch);
    return batches;
  }

  private static LogBatch filed(List<LogBatch> batches, LogBatch full) {
    if (full.size() > 0) {
      batches.add(full);
    }
    return new LogBatch();
  }

  /**
   * Two batches that share no metric if there are two names, else of half the points each; neither
   * is empty if there are two items. A server refuses names more often than values.
   */
  List<LogBatch> halves() {
    List<List<Service.Metric>> groups = groups();
    int half = (groups.size() + params.size() + tags.size()) / 2;
    int groupsThere = Math.min(groups.size(), half);
    int paramsThere = Math.min(params.size(), half - groupsThere);
    int tagsThere = half - groupsThere - paramsThere;
    return List.of(
        new LogBatch(
            joined(groups.subList(0, groupsThere)),
            params.subList(0, paramsThere),
            tags.subList(0, tagsThere)),
        new LogBatch(
            joined(groups.subList(groupsThere, groups.size())),
            params.subList(paramsThere, params.size()),
            tags.subList(tagsThere, tags.size())));
  }

  /** The points by name, or one by one where all have the same. */
  private List<List<Service.Metric>> groups() {
    Map<String, List<Service.Metric>> byName = new LinkedHashMap<>();
    for (Service.Metric metric : metrics) {
      byName.computeIfAbsent(metric.getKey(), unused -> new ArrayList<>()).add(metric);
    }
    return isOneMetric() ? metrics.stream().map(List::of).toList() : List.copyOf(byName.values());
  }

  private static List<Service.Metric> joined(List<List<Service.Metric>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  /** Whether all there is are points of one metric. */
  boolean isOneMetric() {
    return params.isEmpty()
        && tags.isEmpty()
        && metrics.stream().map(Service.Metric::getKey).distinct().count() == 1;
  }

  /** Of points: the first and the last alone. */
  List<LogBatch> ends() {
    return List.of(
        new LogBatch(metrics.subList(0, 1), List.of(), List.of()),
        new LogBatch(metrics.subList(metrics.size() - 1, metrics.size()), List.of(), List.of()));
  }

  /** The request that logs the items to a run. */
  String request(String runId) {
    JsonObject request = json();
    request.addProperty("run_id", runId);
    return request.toString();
  }

  /** The items as members of a request. */
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.add("metrics", array(metrics, LogBatch::json));
    json.add("params", array(params, param -> json(param.getKey(), param.getValue())));
    json.add("tags", array(tags, tag -> json(tag.getKey(), tag.getValue())));
    return json;
  }

  static <T> JsonArray array(Collection<T> items, Function<T, JsonObject> json) {
    JsonArray array = new JsonArray();
    items.forEach(item -> array.add(json.apply(item)));
    return array;
  }

  static JsonObject json(Service.Metric metric) {
    JsonObject json = new JsonObject();
    json.addProperty("key", metric.getKey());
    json.addProperty("value", metric.getValue());
    json.addProperty("timestamp", metric.getTimestamp());
    json.addProperty("step", metric.getStep());
    return json;
  }

  static JsonObject json(String key, String value) {
    JsonObject json = new JsonObject();
    json.addProperty("key", key);
    json.addProperty("value", value);
    return json;
  }

  /** Names what a batch of one item, or of points of one metric, holds. */
  String describe() {
    Set<String> names = new LinkedHashSet<>();
    metrics.forEach(metric -> names.add("metric " + metric.getKey()));
    params.forEach(param -> names.add("param " + param.getKey()));
    tags.forEach(tag -> names.add("tag " + tag.getKey()));
    return String.join(", ", names);
  }
}
