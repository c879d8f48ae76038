package org.clap4j.training.checkpoint;

/**
 * The best value of the metric that checkpoints are chosen by.
 *
 * @param metric its name
 * @param value the value
 * @param step after how many steps it was measured
 */
public record BestMetric(String metric, double value, long step) {}
