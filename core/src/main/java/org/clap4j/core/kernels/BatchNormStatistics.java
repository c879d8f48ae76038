package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Means and biased variances per channel: of a batch, or running ones.
 *
 * @param mean_C [C]
 * @param variance_C [C], divided by the number of elements
 * @param epsilon what is added to the variance
 */
public record BatchNormStatistics(INDArray mean_C, INDArray variance_C, double epsilon) {}
