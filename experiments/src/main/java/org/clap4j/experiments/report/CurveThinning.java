package org.clap4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.clap4j.training.tracking.JournalSummary;

/** Thins a curve for drawing: of each interval of steps the lowest and the highest point stay. */
final class CurveThinning {

  /** More points than a screen has columns. */
  static final int MAX_POINTS = 2000;

  private CurveThinning() {}

  /** The steps that stay, in order; the first and the last always do. */
  static List<Map.Entry<Long, JournalSummary.Point>> thin(
      NavigableMap<Long, JournalSummary.Point> curve) {
    List<Map.Entry<Long, JournalSummary.Point>> all = List.copyOf(curve.entrySet());
    if (all.size() <= MAX_POINTS) {
      return all;
    }
    List<Map.Entry<Long, JournalSummary.Point>> kept = new ArrayList<>();
    kept.add(all.get(0));
    int intervals = MAX_POINTS / 2 - 1;
    int inner = all.size() - 2;
    for (int interval = 0; interval < intervals; interval++) {
      int from = 1 + (int) ((long) inner * interval / intervals);
      int to = 1 + (int) ((long) inner * (interval + 1) / intervals);
      addExtremes(all.subList(from, to), kept);
    }
    kept.add(all.get(all.size() - 1));
    return kept;
  }

  private static void addExtremes(
      List<Map.Entry<Long, JournalSummary.Point>> interval,
      List<Map.Entry<Long, JournalSummary.Point>> kept) {
    int lowest = 0;
    int highest = 0;
    for (int i = 1; i < interval.size(); i++) {
      double value = interval.get(i).getValue().value();
      lowest = value < interval.get(lowest).getValue().value() ? i : lowest;
      highest = value > interval.get(highest).getValue().value() ? i : highest;
    }
    kept.add(interval.get(Math.min(lowest, highest)));
    if (lowest != highest) {
      kept.add(interval.get(Math.max(lowest, highest)));
    }
  }
}
