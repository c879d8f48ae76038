package org.clap4j.training.loading;

/**
 * One pair of a step.
 *
 * @param pair index of the pair in the dataset
 * @param caption which of the pair's captions was drawn
 * @param clipId equal for pairs with one clip
 * @param captionId equal for pairs with one caption text
 */
record PairDraw(int pair, int caption, int clipId, int captionId) {}
