package org.clap4j.core.loss;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Value and gradients of a loss.
 *
 * @param value the loss
 * @param audioGradient [N, D] d value / d audio embeddings
 * @param textGradient [N, D] d value / d text embeddings
 * @param parameterGradients d value / d parameter, by the parameter's name, in its shape
 */
public record LossOutput(
    double value,
    INDArray audioGradient,
    INDArray textGradient,
    Map<String, INDArray> parameterGradients) {}
