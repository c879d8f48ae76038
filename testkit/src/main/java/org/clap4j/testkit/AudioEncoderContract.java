package org.clap4j.testkit;

import org.clap4j.core.layers.Block;
import org.clap4j.core.model.AudioEncoder;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tests that every audio encoder inherits: shape, gradients, parameter names, determinism, save
 * and load. Golden values are added by the subclass.
 *
 * <pre>{@code
 * class MyEncoderTest extends AudioEncoderContract {
 *   protected AudioEncoder encoder() { return new MyEncoder(...); }  // small
 *   protected INDArray logMel() { return ...; }  // [2, 1, frames, melBins]
 *   protected List<String> parameterNames() { return List.of("audio_encoder...", ...); }
 * }
 * }</pre>
 */
public abstract class AudioEncoderContract extends EncoderContract {

  /** A small encoder: elements of its parameters are moved in the gradient check. */
  protected abstract AudioEncoder encoder();

  /** Log-mels of two clips, [2, 1, frames, melBins], the same on each call. */
  protected abstract INDArray logMel();

  @Override
  final Block blocks() {
    return TowerChain.of(encoder());
  }

  @Override
  final INDArray input() {
    return logMel();
  }

  @Override
  final @Nullable INDArray mask() {
    return null;
  }

  @Override
  final boolean inputIsDifferentiable() {
    return true;
  }

  @Override
  final int featureDim() {
    return encoder().featureDim();
  }
}
