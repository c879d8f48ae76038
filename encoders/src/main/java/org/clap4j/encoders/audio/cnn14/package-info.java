/**
 * The convolutional encoders of PANNs: {@code cnn14}, {@code cnn10} and {@code cnn6}, at any width.
 *
 * <p>CNN14 is the audio encoder of Microsoft's first CLAP: 80 M parameters at full width. Cnn10 and
 * Cnn6 have four blocks and 5 M parameters. For small data take a quarter of the width, or fewer
 * blocks. Parameters are called as in PANNs' checkpoints. {@code clap4j bench} measures them.
 *
 * <p>Source: Kong et al. 2020, PANNs: Large-Scale Pretrained Audio Neural Networks for Audio
 * Pattern Recognition, arXiv 1912.10211.
 */
@NullMarked
package org.clap4j.encoders.audio.cnn14;

import org.jspecify.annotations.NullMarked;
