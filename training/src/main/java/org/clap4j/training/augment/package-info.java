/**
 * Changes clips at random in training, so that a small set of clips goes further: gain, time shift
 * and background noise on the waveform, SpecAugment on the log-mel.
 *
 * <p>Everything is drawn per clip from a seed that the caller derives from run, epoch and pair: the
 * same seed gives the same bits, whatever thread computes it. All of it is off by default. Waveform
 * changes keep a feature cache from being used; SpecAugment does not. Cost: a few passes over the
 * samples, small beside decoding.
 */
@NullMarked
package org.clap4j.training.augment;

import org.jspecify.annotations.NullMarked;
