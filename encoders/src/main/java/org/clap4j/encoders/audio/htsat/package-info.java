/**
 * HTS-AT, the Swin transformer over spectrograms: {@code htsat}, at any width, depths and heads.
 *
 * <p>It is the audio encoder of MS CLAP 2023, LAION CLAP and Hugging Face's {@code ClapModel},
 * whose arithmetic and parameter names it has. Preset {@code tiny} has 27.5 M parameters, a third
 * of CNN14's. Take it to start from published CLAP weights, or with data for some hundred thousand
 * clips; on small data convolutions learn faster. {@code clap4j bench htsat-tiny-forward
 * htsat-tiny-train} measures it.
 *
 * <p>Shapes with the defaults, for B clips of up to 1,024 frames of 64 mel bins (shorter ones are
 * stretched in time, longer ones refused):
 *
 * <pre>
 * log-mel          [B, 1, frames, 64]   batch norm over mel bins
 * image            [B, 1, 256, 256]     stretched to 1,024 frames, cut in four, one below the other
 * patch_embed      [B, 4096, 96]        patches of 4 x 4
 * layers.0         [B, 4096, 96]        windows of 8 x 8 tokens, every second block shifted by 4
 * layers.1         [B, 1024, 192]       after patch merging
 * layers.2         [B, 256, 384]
 * layers.3         [B, 64, 768]         one window
 * features         [B, 768]             layer norm, mean over tokens
 * </pre>
 *
 * <p>With {@code fusion}, a clip is four log-mels, [B, 4, frames, 64]: the whole clip, and a part
 * of each third where it is longer than the window (Wu et al. 2023, arXiv 2211.06687).
 *
 * <p>Source: Chen et al. 2022, HTS-AT: A Hierarchical Token-Semantic Audio Transformer, arXiv
 * 2202.00874; Liu et al. 2021, Swin Transformer, arXiv 2103.14030. Stochastic depth is on both
 * branches of a block, as there; transformers has it on the first.
 */
@NullMarked
package org.clap4j.encoders.audio.htsat;

import org.jspecify.annotations.NullMarked;
