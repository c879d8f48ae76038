/**
 * Files of named arrays in the safetensors format, the one that checkpoints, embeddings and the
 * weights of the field are kept in.
 *
 * <p>{@link org.clap4j.core.io.SafeTensors} reads: it maps the file and copies only the arrays that
 * are asked for, so a file larger than the heap, or than 2 GB, costs what is taken from it. {@link
 * org.clap4j.core.io.SafeTensorsWriter} writes, all or nothing. Both are strict: what the format's
 * own library refuses is refused here, before memory is allocated for it.
 *
 * <p>{@link org.clap4j.core.io.AtomicFile} and {@link org.clap4j.core.io.AtomicDirectory} write
 * anything all or nothing.
 *
 * <p>Source: the format's description at github.com/huggingface/safetensors.
 */
@NullMarked
package org.clap4j.core.io;

import org.jspecify.annotations.NullMarked;
