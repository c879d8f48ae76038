/**
 * Records what a run says: a local journal first, and from there whatever wants to follow it.
 *
 * <p>{@link org.clap4j.training.tracking.JournalTracker} writes {@code journal.jsonl} into the run
 * directory: one JSON object per line, each with a CRC-32C, appended and never rewritten. Values,
 * timestamps and names are frozen when written, so that every replay of the journal gives a server
 * the same points again. {@link org.clap4j.training.tracking.JournalReader} reads it, also while it
 * is being written, and gives each curve with each step once, whatever was interrupted and resumed.
 *
 * <p>Choose by {@code tracking.type}: {@code mlflow} (the default) writes the journal and, when a
 * server is configured, sends it there; {@code journal} keeps to the file; {@code none} records
 * nothing, for tests and benchmarks.
 *
 * <p>Cost: a line is formatted and written on the calling thread (about ten microseconds); the file
 * is forced to disk once a second on another one, and at checkpoints.
 */
@NullMarked
package org.clap4j.training.tracking;

import org.jspecify.annotations.NullMarked;
