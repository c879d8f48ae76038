package org.clap4j.experiments.report;

import java.util.List;
import java.util.Map;
import org.clap4j.training.tracking.JournalSummary;

/**
 * A line of a chart.
 *
 * @param label what the legend calls it
 * @param points steps and values
 */
record Curve(String label, List<Map.Entry<Long, JournalSummary.Point>> points) {}
