package org.clap4j.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.layers.BlockRuntime;
import org.clap4j.core.layers.ParameterDrawing;
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

  private final TowerGraphs towers;
  private final ComputationGraph training;
  private final TowerInference audioTower;
  private final TowerInference textTower;
  private final DataType dataType;
  private final int embeddingDim;
  private final INDArray flatParameters;
  private final List<Parameter> parameters;
  private @Nullable INDArray flatGradients;
  private final Map<String, Integer> layerOfVertex;
  private Frozen frozen = Frozen.none();

  private TwoTowerModel(
      TowerGraphs towers, List<ParameterSpec> lossParameters, @Nullable RandomSeed seed) {
    this.towers = towers;
    dataType = towers.dataType();
    embeddingDim = towers.audioHead().dim();
    training = towers.training(lossParameters);
    flatParameters = flat(training.params());
    layerOfVertex = numberLayers(training);
    parameters = listParameters(training, layerOfVertex, flatParameters);
    if (seed != null) {
      drawParameters(seed);
    }
    audioTower = new TowerInference(towers.audio(false), training);
    textTower = new TowerInference(towers.text(false), training);
  }

  /**
   * Builds a model with fresh parameters.
   *
   * @param dataType FLOAT, or DOUBLE for gradient checks
   * @param seed what the parameters are drawn from; null: they are 0 until they are loaded, which
   *     saves seconds where there are many
   */
  public static TwoTowerModel create(
      AudioEncoder audioEncoder,
      ProjectionHead audioHead,
      TextEncoder textEncoder,
      ProjectionHead textHead,
      ContrastiveLoss loss,
      DataType dataType,
      @Nullable RandomSeed seed) {
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
  private static List<ParametricRuntime> vertices(ComputationGraph graph) {
    return Arrays.stream(graph.topologicalSortOrder())
        .mapToObj(index -> graph.getVertices()[index])
        .filter(GraphVertex::hasLayer)
        .map(vertex -> (ParametricRuntime) vertex.getLayer())
        .toList();
  }

  /** A vertex without parameters belongs to the layer before it, or to the first. */
  private static Map<String, Integer> numberLayers(ComputationGraph graph) {
    Map<Part, Integer> counts = new EnumMap<>(Part.class);
    Map<String, Integer> numbers = new HashMap<>();
    for (ParametricRuntime layer : vertices(graph)) {
      int own = layer.specs().isEmpty() ? 0 : 1;
      int count = counts.merge(Part.ofName(layer.name()), own, Integer::sum);
      numbers.put(layer.name(), Math.max(1, count));
    }
    return numbers;
  }

  private static List<Parameter> listParameters(
      ComputationGraph graph, Map<String, Integer> layerOfVertex, INDArray flat) {
    List<Parameter> parameters = new ArrayList<>();
    long offset = 0;
    for (ParametricRuntime layer : vertices(graph)) {
      int number = layerOfVertex.getOrDefault(layer.name(), 1);
      Part part = Part.ofName(layer.name());
      for (ParameterSpec spec : layer.specs()) {
        String name = part == Part.LOSS ? spec.name() : layer.name() + "." + spec.name();
        INDArray value = layer.parameter(spec.name());
        parameters.add(
            new Parameter(name, part, number, spec.kind(), offset, spec.length(), value));
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
    return embedAudio(logMel, new boolean[Math.toIntExact(logMel.size(0))]);
  }

  /**
   * Embeds clips of which some may be longer than the window.
   *
   * @param logMel [B, C, frames, melBins] in dB, C = 4 if the model {@linkplain #fusesLongClips()
   *     fuses}, else 1
   * @param isLonger [B] which clips are fused; read only if the model fuses
   * @return [B, D], unit rows
   */
  public INDArray embedAudio(INDArray logMel, boolean[] isLonger) {
    return audioTower.embed(audioInput(logMel), audioMask(isLonger), vertex -> Pass.inference());
  }

  /** Embeds captions for inference: deterministic. To [B, D], unit rows. */
  public INDArray embedText(TokenBatch tokens) {
    TokenBatch masked = towers.textEncoder().masked(tokens);
    return textTower.embed(tokenIds(masked), tokenMask(masked), vertex -> Pass.inference());
  }

  /**
   * Embeds both sides as a training pass would, without gradients: the first phase of cached
   * gradients.
   */
  public Embeddings embed(ContrastiveBatch batch, Pass pass) {
    TokenBatch tokens = towers.textEncoder().masked(batch.tokens());
    return new Embeddings(
        audioTower.embed(
            audioInput(batch.logMel()),
            audioMask(batch.isLonger()),
            vertex -> passOf(vertex, pass)),
        textTower.embed(tokenIds(tokens), tokenMask(tokens), vertex -> passOf(vertex, pass)));
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
        block.setMode(backwardMode(passOf(block.name(), pass)));
      }
    }
    SurrogateOutputRuntime output =
        (SurrogateOutputRuntime) training.getLayer(TowerGraphs.LOSS_VERTEX);
    output.setGradientSource(merged -> merge(gradient.apply(split(merged))));
    TokenBatch tokens = towers.textEncoder().masked(batch.tokens());
    try {
      training.setInputs(audioInput(batch.logMel()), tokenIds(tokens));
      training.setLabels((INDArray) null);
      training.setLayerMaskArrays(
          new INDArray[] {audioMask(batch.isLonger()), tokenMask(tokens)}, null);
      training.computeGradientAndScore();
    } finally {
      output.setGradientSource(null);
      training.clear();
    }
  }

  private static PassMode backwardMode(Pass pass) {
    return new PassMode(true, pass.dropsOut(), pass.usesBatchStatistics(), pass.seed());
  }

  /** What is frozen runs as at inference, whatever the pass. */
  private Pass passOf(String vertex, Pass pass) {
    return isFrozen(vertex) ? Pass.inference() : pass;
  }

  private boolean isFrozen(String vertex) {
    return frozen.holds(Part.ofName(vertex), layerOfVertex.getOrDefault(vertex, 1));
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
    int maps = LongClipFusion.maps(fusesLongClips());
    if (logMel.rank() != 4 || logMel.size(1) != maps) {
      throw new IllegalArgumentException(
          "log-mel must have shape [B, "
              + maps
              + ", frames, melBins], not "
              + Arrays.toString(logMel.shape()));
    }
    return logMel.castTo(dataType);
  }

  private @Nullable INDArray audioMask(boolean[] isLonger) {
    return fusesLongClips()
        ? Nd4j.createFromArray(LongClipFusion.mask(isLonger)).castTo(dataType)
        : null;
  }

  /** DL4J's inputs are of the model's data type: ids up to 2^24 are exact in FLOAT. */
  private INDArray tokenIds(TokenBatch tokens) {
    return Nd4j.createFromArray(tokens.ids()).castTo(dataType);
  }

  private INDArray tokenMask(TokenBatch tokens) {
    return Nd4j.createFromArray(tokens.mask()).castTo(dataType);
  }

  /**
   * Leaves parts and layers out of the backward pass: their gradients stay 0 and cost no time. In
   * every pass they run as at inference, without dropout and on their running statistics.
   *
   * @throws IllegalArgumentException if more layers are to be frozen than a part has
   */
  public void freeze(Frozen newlyFrozen) {
    newlyFrozen.firstLayers().forEach(this::requireLayers);
    frozen = newlyFrozen;
    for (Layer layer : training.getLayers()) {
      if (layer instanceof BlockRuntime block) {
        boolean isFrozen = isFrozen(block.name());
        block.setFrozen(isFrozen);
        if (isFrozen) {
          block.clearGradients();
        }
      }
    }
  }

  private void requireLayers(Part part, int wanted) {
    int layers =
        parameters.stream()
            .filter(parameter -> parameter.part() == part)
            .mapToInt(Parameter::layer)
            .max()
            .orElse(0);
    if (wanted > layers) {
      throw new IllegalArgumentException(
          wanted + " layers of " + part + " are to be frozen, it has " + layers);
    }
  }

  /**
   * Embeds a batch for inference, and says what layers it went through: those of the audio tower,
   * then of the text tower, then the loss's parameters if it has any.
   *
   * @param logMel [B, C, frames, melBins]
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

  /** Whether the audio tower takes four log-mels of each clip: {@link AudioEncoder}. */
  public boolean fusesLongClips() {
    return towers.audioEncoder().fusesLongClips();
  }

  /** D, the size of the joint space. */
  public int embeddingDim() {
    return embeddingDim;
  }

  /**
   * Makes a graph of one tower, with a copy of its parameters, which DL4J runs and writes to files.
   * In inference it gives this model's embeddings: the audio tower of log-mel [B, 1, frames,
   * melBins], the text tower of token ids as numbers [B, L] with the token mask [B, L] as their
   * mask.
   *
   * @param tower AUDIO or TEXT
   */
  public ComputationGraph graphOf(Tower tower) {
    ComputationGraph graph =
        switch (tower) {
          case AUDIO -> towers.audio(true);
          case TEXT -> towers.text(true);
          case LOSS -> throw new IllegalArgumentException("the loss is no tower that embeds");
        };
    for (Layer layer : graph.getLayers()) {
      ParametricRuntime copy = (ParametricRuntime) layer;
      ParametricRuntime own = (ParametricRuntime) training.getLayer(copy.name());
      for (ParameterSpec spec : copy.specs()) {
        copy.parameter(spec.name()).assign(own.parameter(spec.name()));
      }
    }
    return graph;
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
