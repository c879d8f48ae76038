/**
 * Reads folders where {@code x.wav} has its captions beside it, in {@code x.txt} or {@code x.json}.
 * Choose it for a collection of one's own: nothing needs to be listed. Splits are sub-folders, or
 * are drawn by path.
 */
@NullMarked
package org.clap4j.experiments.datasets.folder;

import org.jspecify.annotations.NullMarked;
