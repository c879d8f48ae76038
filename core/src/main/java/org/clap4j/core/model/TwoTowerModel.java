package org.clap4j.core.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.layers.BlockRuntime;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.ParametricRuntime;
import org.clap4j.core.layers.PassMode;
import org.clap4j.core.layers.SurrogateOutputRuntime;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Two towers that embed clips and captions into one space, and the parameters of the loss between
 * them, as one DL4J graph over one flat parameter vector. Embeddings have unit length.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class TwoTowerModel implements AutoCloseable {

  private final ComputationGraph training;
  private final TowerInference audioTower;
  private final TowerInference textTower;
  private final TextEncoder textEncoder;
  private final DataType dataType;
  private final int embeddingDim;
  private final INDArray flatParameters;
  private final List<Parameter> parameters;
  private @Nullable INDArray flatGradients;
  private Set<Part> frozen = Set.of();

  private TwoTowerModel(TowerGraphs towers, List<ParameterSpec> lossParameters, RandomSeed seed) {
    textEncoder = towers.textEncoder();
    dataType = towers.dataType();
    embeddingDim = towers.audioHead().dim();
    training = towers.training(lossParameters);
    flatParameters = flat(training.params());
    parameters = listParameters(training, flatParameters);
    drawParameters(seed);
    audioTower = new TowerInference(towers.audioInference(), training);
    textTower = new TowerInference(towers.textInference(), training);
  }

  /**
   * Builds a model with fresh parameters.
   *
   * @param dataType FLOAT, or DOUBLE for gradient checks
   */
  public static TwoTowerModel create(
      AudioEncoder audioEncoder,
      ProjectionHead audioHead,
      TextEncoder textEncoder,
      ProjectionHead textHead,
      ContrastiveLoss loss,
      DataType dataType,
      RandomSeed seed) {
    if (dataType != DataType.FLOAT && dataType != DataType.DOUBLE) {
      throw new IllegalArgumentException("a model computes in FLOAT or DOUBLE, not in " + dataType);
    }
    if (audioHead.dim() != textHead.dim()) {
      throw new IllegalArgumentException(
          "the heads must project to one dimension, but audio has "
              + audioHead.dim()
              + " and text "
              + textHead.dim());
    }
    return new TwoTowerModel(
        new TowerGraphs(audioEncoder, audioHead, textEncoder, textHead, dataType),
        loss.parameters(),
        seed);
  }

  private static INDArray flat(INDArray vector) {
    return vector.reshape(vector.length());
  }

  /** DL4J lays vertices out in topological order, which interleaves the towers. */
  private static List<Parameter> listParameters(ComputationGraph graph, INDArray flat) {
    List<Parameter> parameters = new ArrayList<>();
    long offset = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (!vertex.hasLayer()) {
        continue;
      }
      ParametricRuntime layer = (ParametricRuntime) vertex.getLayer();
      Part part = TowerGraphs.partOf(layer.name());
      for (ParameterSpec spec : layer.specs()) {
        String name = part == Part.LOSS ? spec.name() : layer.name() + "." + spec.name();
        INDArray value = layer.parameter(spec.name());
        parameters.add(new Parameter(name, part, spec.kind(), offset, spec.length(), value));
        offset += spec.length();
      }
    }
    if (offset != flat.length()) {
      throw new IllegalStateException(
          "parameters have " + offset + " elements, the flat vector " + flat.length());
    }
    return List.copyOf(parameters);
  }

  private void drawParameters(RandomSeed seed) {
    for (Layer layer : training.getLayers()) {
      ParametricRuntime runtime = (ParametricRuntime) layer;
      for (ParameterSpec spec : runtime.specs()) {
        RandomSeed own = seed.split(runtime.name()).split(spec.name());
        ParameterDrawing.draw(spec, own, runtime.parameter(spec.name()));
      }
    }
  }

  /**
   * Embeds clips for inference: deterministic, running statistics. [B, 1, frames, melBins] in dB to
   * [B, D], unit rows.
   */
  public INDArray embedAudio(INDArray logMel) {
    return audioTower.embed(audioInput(logMel), null, part -> Pass.inference());
  }

  /** Embeds captions for inference: deterministic. To [B, D], unit rows. */
  public INDArray embedText(TokenBatch tokens) {
    TokenBatch masked = textEncoder.masked(tokens);
    return textTower.embed(tokenIds(masked), tokenMask(masked), part -> Pass.inference());
  }

  /**
   * Embeds both sides as a training pass would, without gradients: the first phase of cached
   * gradients.
   */
  public Embeddings embed(ContrastiveBatch batch, Pass pass) {
    TokenBatch tokens = textEncoder.masked(batch.tokens());
    return new Embeddings(
        audioTower.embed(audioInput(batch.logMel()), null, part -> passOf(part, pass)),
        textTower.embed(tokenIds(tokens), tokenMask(tokens), part -> passOf(part, pass)));
  }

  /**
   * Embeds both sides, asks for the gradient with respect to the embeddings, and takes it back
   * through the towers. Overwrites {@link #flatGradients()}; the slots of the loss's parameters are
   * left 0 for the caller to fill.
   *
   * @param gradient given the embeddings, gives the gradient of the objective with respect to them;
   *     called once
   */
  public void backward(ContrastiveBatch batch, Pass pass, UnaryOperator<Embeddings> gradient) {
    flatGradients();
    for (Layer layer : training.getLayers()) {
      if (layer instanceof BlockRuntime block) {
        block.setMode(backwardMode(passOf(TowerGraphs.partOf(block.name()), pass)));
      }
    }
    SurrogateOutputRuntime output =
        (SurrogateOutputRuntime) training.getLayer(TowerGraphs.LOSS_VERTEX);
    output.setGradientSource(merged -> merge(gradient.apply(split(merged))));
    TokenBatch tokens = textEncoder.masked(batch.tokens());
    try {
      training.setInputs(audioInput(batch.logMel()), tokenIds(tokens));
      training.setLabels((INDArray) null);
      training.setLayerMaskArrays(new INDArray[] {null, tokenMask(tokens)}, null);
      training.computeGradientAndScore();
    } finally {
      output.setGradientSource(null);
      training.clear();
    }
  }

  private static PassMode backwardMode(Pass pass) {
    return new PassMode(true, pass.dropsOut(), pass.usesBatchStatistics(), pass.seed());
  }

  /** A frozen part runs as at inference, whatever the pass. */
  private Pass passOf(Part part, Pass pass) {
    return frozen.contains(part) ? Pass.inference() : pass;
  }

  private Embeddings split(INDArray merged) {
    return new Embeddings(
        merged.get(NDArrayIndex.all(), NDArrayIndex.interval(0, embeddingDim)).dup('c'),
        merged
            .get(NDArrayIndex.all(), NDArrayIndex.interval(embeddingDim, 2L * embeddingDim))
            .dup('c'));
  }

  private static INDArray merge(Embeddings gradient) {
    return Nd4j.concat(1, gradient.audio_ND(), gradient.text_ND());
  }

  private INDArray audioInput(INDArray logMel) {
    if (logMel.rank() != 4 || logMel.size(1) != 1) {
      throw new IllegalArgumentException(
          "log-mel must have shape [B, 1, frames, melBins], not "
              + java.util.Arrays.toString(logMel.shape()));
    }
    return logMel.castTo(dataType);
  }

  /** DL4J's inputs are of the model's data type: ids up to 2^24 are exact in FLOAT. */
  private INDArray tokenIds(TokenBatch tokens) {
    return Nd4j.createFromArray(tokens.ids()).castTo(dataType);
  }

  private INDArray tokenMask(TokenBatch tokens) {
    return Nd4j.createFromArray(tokens.mask()).castTo(dataType);
  }

  /**
   * Leaves parts out of the backward pass: their gradients stay 0 and cost no time. In every pass
   * they run as at inference, without dropout and on their running statistics.
   *
   * @param parts a head only with its encoder, which learns through it
   */
  public void freeze(Set<Part> parts) {
    requireEncoderOf(Part.AUDIO_HEAD, Part.AUDIO_ENCODER, parts);
    requireEncoderOf(Part.TEXT_HEAD, Part.TEXT_ENCODER, parts);
    frozen = Set.copyOf(parts);
    for (Layer layer : training.getLayers()) {
      if (layer instanceof BlockRuntime block) {
        boolean frozen = parts.contains(TowerGraphs.partOf(block.name()));
        block.setFrozen(frozen);
        if (frozen) {
          block.clearGradients();
        }
      }
    }
  }

  private static void requireEncoderOf(Part head, Part encoder, Set<Part> parts) {
    if (parts.contains(head) && !parts.contains(encoder)) {
      throw new IllegalArgumentException(
          encoder + " learns through " + head + "; freeze both, or the encoder alone");
    }
  }

  /**
   * Embeds a batch for inference, and says what layers it went through: those of the audio tower,
   * then of the text tower, then the loss's parameters if it has any.
   *
   * @param logMel [B, 1, frames, melBins]
   * @param tokens captions, not necessarily B
   */
  public List<LayerSummary> layers(INDArray logMel, TokenBatch tokens) {
    embedAudio(logMel).close();
    embedText(tokens).close();
    List<LayerSummary> layers = new ArrayList<>(audioTower.layers());
    layers.addAll(textTower.layers());
    long ofLoss =
        parameters.stream()
            .filter(parameter -> parameter.tower() == Tower.LOSS)
            .mapToLong(Parameter::length)
            .sum();
    if (ofLoss > 0) {
      layers.add(
          new LayerSummary(TowerGraphs.LOSS_VERTEX, Tower.LOSS, "loss", List.of(), ofLoss, 0));
    }
    return layers;
  }

  /** Every array of the model, in the order of the flat vector. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** All parameters, [n]; changes to it change the model. */
  public INDArray flatParameters() {
    return flatParameters;
  }

  /**
   * The gradients of the last {@link #backward}, [n]; slots of STATE parameters hold what is to be
   * subtracted from them. All 0 before the first. A model that never asks for gradients has no
   * memory for them.
   */
  public INDArray flatGradients() {
    INDArray gradients = flatGradients;
    if (gradients == null) {
      training.initGradientsView();
      gradients = flat(training.getFlattenedGradients());
      flatGradients = gradients;
    }
    return gradients;
  }

  /** The loss's parameters, as views of the flat vector. */
  public LossParameters lossParameters() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.tower() == Tower.LOSS) {
        arrays.put(parameter.name(), parameter.value());
      }
    }
    return new LossParameters(arrays);
  }

  /** D, the size of the joint space. */
  public int embeddingDim() {
    return embeddingDim;
  }

  /** Frees the model's memory. */
  @Override
  public void close() {
    training.params().close();
    if (flatGradients != null) {
      training.getFlattenedGradients().close();
    }
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
