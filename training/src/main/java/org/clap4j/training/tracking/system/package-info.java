/**
 * What the machine does while a run trains: processor, memory, disk, network, GPU, under the names
 * that MLflow's own Python client gives them, so that its dashboard shows them in the tab "System
 * metrics". A thread of its own samples, and starts {@code nvidia-smi} where there is one.
 */
@NullMarked
package org.clap4j.training.tracking.system;

import org.jspecify.annotations.NullMarked;
