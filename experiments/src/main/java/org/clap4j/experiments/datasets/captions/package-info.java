/**
 * Reads captions from CSV files, one file per split. Choose it for captioned data; two forms are
 * told apart by their header:
 *
 * <ul>
 *   <li>Clotho's: {@code file_name,caption_1,...,caption_N}, one row a clip; or {@code
 *       file_name,caption}, one row a caption (Drossos et al., "Clotho: an audio captioning
 *       dataset", ICASSP 2020);
 *   <li>AudioCaps': {@code youtube_id,start_time,caption}, with or without {@code audiocap_id}, one
 *       row a caption (Kim et al., "AudioCaps: generating captions for audios in the wild", NAACL
 *       2019). {@link org.clap4j.experiments.datasets.captions.AudioCapsFiles} knows the file names
 *       that are in use.
 * </ul>
 *
 * <p>A column of labels is what probes are fitted to; a column of folds splits one CSV, instead of
 * a file per split.
 *
 * <p>Where file names tell what a clip is, {@link
 * org.clap4j.experiments.datasets.captions.FileNameClasses} makes a zero-shot task of it.
 */
@NullMarked
package org.clap4j.experiments.datasets.captions;

import org.jspecify.annotations.NullMarked;
