/**
 * Opens datasets of clips and captions. One sub-package per layout:
 *
 * <ul>
 *   <li>{@code esc50}: labelled clips in folds, captions from templates;
 *   <li>{@code captions}: a CSV of captions, as Clotho and AudioCaps have it, or of labels; with
 *       folds or without;
 *   <li>{@code folder}: {@code x.wav} beside {@code x.txt} or {@code x.json};
 *   <li>{@code synthetic}: computed soundscapes, no files and no licence.
 * </ul>
 *
 * <p>This package holds what all file layouts share: the listing of clips by split, which refuses
 * duplicates and leaks from training into evaluation, and the check that every clip can be read
 * before training starts. Opening costs one probe of each file, on all cores; clips are decoded
 * when they are trained on.
 */
@NullMarked
package org.clap4j.experiments.datasets;

import org.jspecify.annotations.NullMarked;
