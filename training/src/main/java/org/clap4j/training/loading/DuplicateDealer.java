package org.clap4j.training.loading;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/**
 * Deals an epoch's pairs out to its steps so that duplicates seldom meet: those of the largest
 * groups first, each to the step with room where it meets fewest, among these to the emptiest,
 * among these to one by chance. A group no larger than the number of steps is kept apart as long as
 * there is room; a larger one is spread evenly.
 */
final class DuplicateDealer {

  private final int steps;
  private final int batchSize;
  private final List<ToIntFunction<PairDraw>> kinds;
  private int meetings;
  private int largestGroup;

  DuplicateDealer(int steps, int batchSize, List<ToIntFunction<PairDraw>> kinds) {
    this.steps = steps;
    this.batchSize = batchSize;
    this.kinds = List.copyOf(kinds);
  }

  /** How many pairs were put to others of their like. */
  int meetings() {
    return meetings;
  }

  /** Pairs of the largest group of duplicates. */
  int largestGroup() {
    return largestGroup;
  }

  /** Deals out exactly steps times batchSize pairs, given in random order. */
  List<List<PairDraw>> deal(List<PairDraw> draws, SplittableRandom random) {
    List<Map<Integer, Integer>> groupSizes =
        kinds.stream().map(kind -> count(draws, kind)).toList();
    List<PairDraw> largestFirst = new ArrayList<>(draws);
    largestFirst.sort(
        Comparator.<PairDraw>comparingInt(draw -> -largestGroupOf(draw, groupSizes))
            .thenComparingInt(draw -> kinds.get(0).applyAsInt(draw)));
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      tables.add(new Table(random.nextInt()));
    }
    for (PairDraw draw : largestFirst) {
      int group = largestGroupOf(draw, groupSizes);
      largestGroup = Math.max(largestGroup, group);
      Table best = null;
      int fewest = Integer.MAX_VALUE;
      for (Table table : tables) {
        int met = group == 1 || table.pairs.size() == batchSize ? 0 : table.duplicates(draw);
        if (table.pairs.size() < batchSize
            && (best == null || met < fewest || (met == fewest && table.comesBefore(best)))) {
          best = table;
          fewest = met;
        }
      }
      if (best == null) {
        throw new IllegalArgumentException(
            draws.size() + " pairs for " + steps + " steps of " + batchSize);
      }
      meetings += fewest > 0 ? 1 : 0;
      best.add(draw);
    }
    return tables.stream().map(table -> table.shuffled(random)).toList();
  }

  private int largestGroupOf(PairDraw draw, List<Map<Integer, Integer>> groupSizes) {
    int largest = 1;
    for (int k = 0; k < kinds.size(); k++) {
      int id = kinds.get(k).applyAsInt(draw);
      largest = Math.max(largest, groupSizes.get(k).getOrDefault(id, 0));
    }
    return largest;
  }

  /** Counts the pairs of each id. */
  static Map<Integer, Integer> count(List<PairDraw> draws, ToIntFunction<PairDraw> kind) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (PairDraw draw : draws) {
      counts.merge(kind.applyAsInt(draw), 1, Integer::sum);
    }
    return counts;
  }

  /** A step that is being filled. */
  private final class Table {

    private final int chance;
    private final List<PairDraw> pairs = new ArrayList<>();
    private final List<Map<Integer, Integer>> seen = new ArrayList<>();

    Table(int chance) {
      this.chance = chance;
      for (int k = 0; k < kinds.size(); k++) {
        seen.add(new HashMap<>());
      }
    }

    int duplicates(PairDraw draw) {
      int duplicates = 0;
      for (int k = 0; k < kinds.size(); k++) {
        duplicates += seen.get(k).getOrDefault(kinds.get(k).applyAsInt(draw), 0);
      }
      return duplicates;
    }

    boolean comesBefore(Table other) {
      return pairs.size() != other.pairs.size()
          ? pairs.size() < other.pairs.size()
          : chance < other.chance;
    }

    void add(PairDraw draw) {
      pairs.add(draw);
      for (int k = 0; k < kinds.size(); k++) {
        seen.get(k).merge(kinds.get(k).applyAsInt(draw), 1, Integer::sum);
      }
    }

    List<PairDraw> shuffled(SplittableRandom random) {
      for (int i = pairs.size() - 1; i > 0; i--) {
        Collections.swap(pairs, i, random.nextInt(i + 1));
      }
      return List.copyOf(pairs);
    }
  }
}
