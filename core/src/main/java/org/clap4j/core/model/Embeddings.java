package org.clap4j.core.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Both embeddings of N pairs, or two arrays of their shape: the gradients with respect to them.
 *
 * @param audio_ND [N, D]
 * @param text_ND [N, D]
 */
public record Embeddings(INDArray audio_ND, INDArray text_ND) {}
