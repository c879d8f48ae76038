/**
 * Checkpoints: all that a run needs to go on as if it had never stopped, and all that inference
 * needs of a model.
 *
 * <p>A checkpoint is a directory {@code checkpoints/step-N} of a run with {@code
 * model.safetensors}, {@code optimizer.safetensors}, {@code state.json} and the tokenizer's files.
 * It is written aside, synced file by file, and renamed: a directory of that name is whole,
 * whenever the process was killed. {@link org.clap4j.training.checkpoint.CheckpointStore} writes
 * and prunes those of a run; {@link org.clap4j.training.checkpoint.Checkpoint} reads one.
 */
@NullMarked
package org.clap4j.training.checkpoint;

import org.jspecify.annotations.NullMarked;
