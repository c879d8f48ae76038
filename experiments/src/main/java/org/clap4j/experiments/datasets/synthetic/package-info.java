/**
 * Computes soundscapes and says what they are: data without files, download or licence. Choose it
 * for a first run, for tests, and to see whether a model composes what it has learnt.
 *
 * <p>A {@link org.clap4j.experiments.datasets.synthetic.Scene} has one or two events (chirps,
 * clicks, bells, ...), each with pitch, rate and loudness, one after the other or at once, before a
 * background. Its captions are complete: scenes that differ never share one, so that retrieval
 * among them has one right answer. Four pairs of a kind and a property, drawn from the seed
 * ("bells" with "high", say), never meet in training, though each part is heard often; every test
 * scene has one of them.
 *
 * <p>A clip is computed when it is read, at any sample rate: about a millisecond for 2.5 s at 16
 * kHz. Pitch, timing, timbre and noise are drawn per clip, so that equal scenes never sound the
 * same.
 */
@NullMarked
package org.clap4j.experiments.datasets.synthetic;

import org.jspecify.annotations.NullMarked;
