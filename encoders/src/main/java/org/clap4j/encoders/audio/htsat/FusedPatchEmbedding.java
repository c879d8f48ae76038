package org.clap4j.encoders.audio.htsat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Makes tokens of a clip's whole image and fuses those of longer clips with their parts, [B, 4,
 * side, side] to [B, L, D]. {@code proj} sees the whole clip, channel 0. Channels 1 to 3 pass one
 * by one through {@code mel_conv2d}, whose patches are three times as wide, so that the three
 * results lie side by side along time in the place of one; what is left at the right is 0 (Wu et
 * al. 2023, arXiv 2211.06687, section 3.2).
 *
 * <p>The mask [B, 4] says which channels count: a clip whose channel 1 does not is not fused, and
 * its channels 1 to 3 change nothing. Without a mask no clip is.
 *
 * @param whole to the tokens of the whole clip
 * @param part to the tokens of a part of it
 * @param fusion of both
 * @param rows of tokens, and columns
 */
record FusedPatchEmbedding(
    Named<Sequential> whole, Named<Sequential> part, AttentionalFusion fusion, int rows)
    implements Block {

  private static final int PARTS = 3;
  private static final String LONGER = "longer";
  private static final String SHAPE = "shape";

  /**
   * Describes the embedding.
   *
   * @param patch rows and columns of a patch
   * @param rows of tokens, and columns
   * @param width D
   */
  static FusedPatchEmbedding of(int patch, int rows, int width) {
    return new FusedPatchEmbedding(
        new Named<>("proj", Patches.projected(1, patch, patch, width)),
        new Named<>("mel_conv2d", Patches.projected(1, patch, PARTS * patch, width)),
        AttentionalFusion.of("fusion_model", width),
        rows);
  }

  /** Columns of tokens of one part. */
  private int partColumns() {
    return rows / PARTS;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(Named.parametersOf(whole));
    specs.addAll(ofLongerClips());
    return specs;
  }

  private List<ParameterSpec> ofLongerClips() {
    List<ParameterSpec> specs = new ArrayList<>(Named.parametersOf(part));
    specs.addAll(fusion.parameters());
    return specs;
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    long[] longer = longer(context.mask());
    if (context.keepsForBackward()) {
      context.save(LONGER, longer);
      context.save(SHAPE, input.shape());
    }
    INDArray wholes = context.scratch(input.size(0), 1, input.size(2), input.size(3));
    wholes.assign(input.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1)));
    INDArray tokens_BLD = whole.forward(context, wholes);
    if (longer.length > 0) {
      INDArray global = context.activation(withItems(tokens_BLD.shape(), longer.length));
      gather(tokens_BLD, longer, global);
      INDArray fused = fusion.forward(context, global, local(context, input, longer));
      scatter(fused, longer, tokens_BLD);
    }
    return tokens_BLD;
  }

  private static long[] longer(@Nullable INDArray mask_BC) {
    return mask_BC == null
        ? new long[0]
        : LongStream.range(0, mask_BC.size(0)).filter(b -> mask_BC.getDouble(b, 1) != 0).toArray();
  }

  /** Tokens of the parts of longer clips, side by side, [B', L, D]. */
  private INDArray local(BlockContext context, INDArray input, long[] longer) {
    INDArray parts = context.scratch((long) PARTS * longer.length, 1, input.size(2), input.size(3));
    for (int i = 0; i < longer.length; i++) {
      channels(parts, i).assign(channels(input, longer[i], 1));
    }
    INDArray partTokens = part.forward(context, parts);
    INDArray local = context.activation(longer.length, (long) rows * rows, partTokens.size(2));
    local.assign(0);
    for (int p = 0; p < PARTS; p++) {
      sideBySide(local, p).assign(alone(partTokens, p));
    }
    return local;
  }

  /** The images of the parts of longer clip i, [3, side, side]. */
  private static INDArray channels(INDArray parts, int i) {
    long side = parts.size(2);
    return parts
        .get(NDArrayIndex.interval((long) PARTS * i, (long) PARTS * (i + 1)))
        .reshape('c', PARTS, side, side);
  }

  private static INDArray channels(INDArray images, long clip, int from) {
    return images.slice(clip).get(NDArrayIndex.interval(from, from + PARTS));
  }

  /** Where part p lies in joined tokens, [B', rows, columns of a part, D]. */
  private INDArray sideBySide(INDArray joined, int p) {
    return joined
        .reshape('c', joined.size(0), rows, rows, joined.size(2))
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval((long) p * partColumns(), (long) (p + 1) * partColumns()),
            NDArrayIndex.all());
  }

  /** The tokens of part p of every clip, [B', rows, columns of a part, D]. */
  private INDArray alone(INDArray partTokens, int p) {
    return partTokens
        .reshape('c', partTokens.size(0) / PARTS, PARTS, rows, partColumns(), partTokens.size(2))
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.point(p),
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.all());
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    long[] longer = context.saved(LONGER, long[].class);
    INDArray inputGradient = context.inputGradient(context.saved(SHAPE, long[].class));
    inputGradient.assign(0);
    INDArray wholeGradient = context.scratch(outputGradient_BLD.shape());
    wholeGradient.assign(outputGradient_BLD);
    if (longer.length == 0) {
      ofLongerClips().forEach(spec -> context.gradient(spec.name()).assign(0));
    } else {
      INDArray fused = context.scratch(withItems(outputGradient_BLD.shape(), longer.length));
      gather(outputGradient_BLD, longer, fused);
      AttentionalFusion.Gradients gradients = fusion.backward(context, fused);
      scatter(gradients.global(), longer, wholeGradient);
      INDArray parts = part.backward(context, apart(context, gradients.local()));
      for (int i = 0; i < longer.length; i++) {
        channels(inputGradient, longer[i], 1).assign(channels(parts, i));
      }
    }
    INDArray wholes = whole.backward(context, wholeGradient);
    inputGradient.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1)).assign(wholes);
    return inputGradient;
  }

  /** The gradient of joined tokens as one of the parts', whose padding is left out. */
  private INDArray apart(BlockContext context, INDArray joined) {
    INDArray partTokens =
        context.scratch(PARTS * joined.size(0), (long) rows * partColumns(), joined.size(2));
    for (int p = 0; p < PARTS; p++) {
      alone(partTokens, p).assign(sideBySide(joined, p));
    }
    return partTokens;
  }

  private static long[] withItems(long[] shape, long items) {
    long[] changed = shape.clone();
    changed[0] = items;
    return changed;
  }

  private static void gather(INDArray all, long[] items, INDArray some) {
    for (int i = 0; i < items.length; i++) {
      some.slice(i).assign(all.slice(items[i]));
    }
  }

  private static void scatter(INDArray some, long[] items, INDArray all) {
    for (int i = 0; i < items.length; i++) {
      all.slice(items[i]).assign(some.slice(i));
    }
  }

  @Override
  public boolean passesMask() {
    return false;
  }
}
