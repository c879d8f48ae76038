/**
 * Looks at the machine and says what is well and what to do about what is not: Java, the ND4J
 * backend and its kernels, threads, memory, GPU, the MLflow server, disk space. The same facts are
 * recorded with every run.
 *
 * <p>Cost: about a second, most of it the start of ND4J and of {@code nvidia-smi}.
 */
@NullMarked
package org.clap4j.experiments.doctor;

import org.jspecify.annotations.NullMarked;
