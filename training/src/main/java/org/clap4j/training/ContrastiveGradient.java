package org.clap4j.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.model.Embeddings;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Pass;
import org.clap4j.core.model.Tower;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.training.loading.StepBatch;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes loss and gradient of a step's N pairs, whole or in chunks.
 *
 * <p>A step of one chunk takes one forward and one backward pass. A step of several takes two
 * phases (cached gradients, Gao et al. 2021, arXiv 2101.06983), each of them a pure function of
 * parameters, chunk and seed:
 *
 * <ol>
 *   <li>every chunk is embedded, without keeping anything for a backward pass;
 *   <li>the exchange: the loss and its gradient on all N embeddings;
 *   <li>every chunk is embedded again, with the same draws of dropout, and takes its rows of that
 *       gradient back through the towers; the chunks' gradients add up.
 * </ol>
 *
 * <p>The result equals that of all pairs at once, but that batch norm normalises within a chunk
 * unless it uses the running statistics. The running statistics move once per step, by the mean of
 * the chunks' moves; the gradient of the loss's own parameters is taken once.
 */
public final class ContrastiveGradient implements AutoCloseable {

  private final TwoTowerModel model;
  private final ContrastiveLoss loss;
  private final NormStatistics normStatistics;
  private final List<Parameter> lossParameters;
  private final List<Parameter> states;
  private @Nullable INDArray sum;

  /** Binds a loss to the model that was made for it; batch norm uses each chunk's statistics. */
  public ContrastiveGradient(TwoTowerModel model, ContrastiveLoss loss) {
    this(model, loss, NormStatistics.BATCH);
  }

  /**
   * Binds a loss to the model that was made for it.
   *
   * @param normStatistics what batch norm normalises by
   */
  public ContrastiveGradient(
      TwoTowerModel model, ContrastiveLoss loss, NormStatistics normStatistics) {
    this.model = model;
    this.loss = loss;
    this.normStatistics = normStatistics;
    this.lossParameters = model.parameters().stream().filter(p -> p.tower() == Tower.LOSS).toList();
    this.states =
        model.parameters().stream()
            .filter(p -> p.kind() == ParameterSpec.Kind.STATE && p.tower() != Tower.LOSS)
            .toList();
  }

  /**
   * Leaves the gradient of a step in {@link TwoTowerModel#flatGradients()}.
   *
   * @param step the pairs
   * @param seed of this step; chunk i draws from its i-th part
   * @return the loss's value
   */
  public double compute(StepBatch step, RandomSeed seed) {
    return compute(step, seed, embeddings -> {});
  }

  /**
   * Does the same, and shows the embeddings of all pairs.
   *
   * @param observer sees the embeddings once, before they are freed; must not change them
   */
  public double compute(StepBatch step, RandomSeed seed, Consumer<Embeddings> observer) {
    return step.chunks().size() == 1
        ? computeWhole(step.chunks().get(0), seed, observer)
        : computeInChunks(step, seed, observer);
  }

  private double computeWhole(
      ContrastiveBatch batch, RandomSeed seed, Consumer<Embeddings> observer) {
    List<LossOutput> output = new ArrayList<>(1);
    model.backward(
        batch,
        pass(seed, 0),
        embeddings -> {
          observer.accept(embeddings);
          output.add(evaluate(embeddings, batch.ids()));
          return new Embeddings(output.get(0).audioGradient(), output.get(0).textGradient());
        });
    try (Gradients gradients = new Gradients(output.get(0))) {
      writeLossGradients(gradients.output());
      return gradients.output().value();
    }
  }

  private double computeInChunks(StepBatch step, RandomSeed seed, Consumer<Embeddings> observer) {
    try (Gathered all = gather(step.chunks(), seed);
        Gradients gradients = new Gradients(evaluate(all.embeddings(), step.ids()))) {
      observer.accept(all.embeddings());
      INDArray sum = accumulator();
      sum.assign(0);
      int row = 0;
      for (int i = 0; i < step.chunks().size(); i++) {
        ContrastiveBatch chunk = step.chunks().get(i);
        Embeddings slice = gradients.rows(row, chunk.size());
        model.backward(chunk, pass(seed, i), recomputed -> slice);
        sum.addi(model.flatGradients());
        row += chunk.size();
      }
      model.flatGradients().assign(sum);
      averageStates(step.chunks().size());
      writeLossGradients(gradients.output());
      return gradients.output().value();
    }
  }

  /** The first phase. */
  private Gathered gather(List<ContrastiveBatch> chunks, RandomSeed seed) {
    List<INDArray> audio = new ArrayList<>();
    List<INDArray> text = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      Embeddings embeddings = model.embed(chunks.get(i), pass(seed, i));
      audio.add(embeddings.audio_ND());
      text.add(embeddings.text_ND());
    }
    try {
      return new Gathered(
          new Embeddings(
              Nd4j.concat(0, audio.toArray(INDArray[]::new)),
              Nd4j.concat(0, text.toArray(INDArray[]::new))));
    } finally {
      audio.forEach(INDArray::close);
      text.forEach(INDArray::close);
    }
  }

  private LossOutput evaluate(Embeddings embeddings, PairIds ids) {
    return loss.evaluate(embeddings.audio_ND(), embeddings.text_ND(), model.lossParameters(), ids);
  }

  private Pass pass(RandomSeed step, int chunk) {
    return new Pass(true, normStatistics == NormStatistics.BATCH, step.split(chunk));
  }

  private INDArray accumulator() {
    INDArray array = sum;
    if (array == null) {
      INDArray gradients = model.flatGradients();
      array = Nd4j.createUninitializedDetached(gradients.dataType(), 'c', gradients.length());
      sum = array;
    }
    return array;
  }

  private void averageStates(int chunks) {
    for (Parameter state : states) {
      slot(state).divi(chunks);
    }
  }

  private void writeLossGradients(LossOutput output) {
    for (Parameter parameter : lossParameters) {
      INDArray gradient = output.parameterGradients().get(parameter.name());
      if (gradient == null) {
        throw new IllegalStateException(
            "the loss gives no gradient for its parameter '"
                + parameter.name()
                + "', only for "
                + output.parameterGradients().keySet());
      }
      slot(parameter).assign(gradient.reshape(parameter.length()));
    }
  }

  private INDArray slot(Parameter parameter) {
    return model
        .flatGradients()
        .get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()));
  }

  /** Frees the accumulator. */
  @Override
  public void close() {
    if (sum != null) {
      sum.close();
    }
  }

  /** All embeddings of a step. */
  private record Gathered(Embeddings embeddings) implements AutoCloseable {
    @Override
    public void close() {
      embeddings.audio_ND().close();
      embeddings.text_ND().close();
    }
  }

  /** What the loss gave, until the step is over. */
  private record Gradients(LossOutput output) implements AutoCloseable {

    Embeddings rows(int from, int count) {
      return new Embeddings(
          slice(output.audioGradient(), from, count), slice(output.textGradient(), from, count));
    }

    private static INDArray slice(INDArray array, int from, int count) {
      return array.get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all());
    }

    @Override
    public void close() {
      free(output.audioGradient());
      free(output.textGradient());
      output.parameterGradients().values().forEach(Gradients::free);
    }

    /** A loss may give a view or a constant, which are not ours to free. */
    private static void free(INDArray array) {
      if (array.closeable()) {
        array.close();
      }
    }
  }
}
