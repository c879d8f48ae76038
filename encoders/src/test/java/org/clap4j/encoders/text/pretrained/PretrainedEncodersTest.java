package org.clap4j.encoders.text.pretrained;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.Nd4jKernels;
import org.clap4j.core.layers.L2Normalize;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.heads.LaionHead;
import org.clap4j.encoders.heads.LaionHeadConfig;
import org.clap4j.encoders.heads.MsClapHead;
import org.clap4j.encoders.heads.MsClapHeadConfig;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.Golden;
import org.clap4j.testkit.TowerChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Text towers of published models, tiny, against transformers. */
class PretrainedEncodersTest {

  /** Tolerances of the fixtures' READMEs. */
  private static final double OUTPUT_TOLERANCE = 1e-5;

  private static final double GRADIENT_TOLERANCE = 2e-4;

  /** For arrays whose true gradient is 0, as key biases: times the largest of all gradients. */
  private static final double ZERO_TOLERANCE = 1e-6;

  /** The fixtures' bound for a double implementation: their numbers are rounded to float. */
  private static final double DOUBLE_TOLERANCE = 1e-6;

  private static final Tokenizer TOKENIZER = new FixedTokenizer(150, 10);

  private static final TextEncoder ROBERTA =
      new RobertaFactory()
          .create(
              new RobertaConfig(200, 66, 2, 48, 4, 96, 0, 0, 1e-12, 1, 1, Pooler.POOLER),
              TOKENIZER);

  private static final TextEncoder BERT =
      new BertFactory()
          .create(new BertConfig(180, 32, 2, 40, 4, 80, 0, 0, 1e-12, 2, Pooler.CLS), TOKENIZER);

  private static final TextEncoder GPT2 =
      new Gpt2Factory()
          .create(new Gpt2Config(160, 24, 2, 40, 4, 160, 0, 0, 1e-5, Gpt2Pooling.LAST), TOKENIZER);

  private static final ProjectionHead MS_CLAP_2022 = new MsClapHead(new MsClapHeadConfig(24, 0));
  private static final ProjectionHead MS_CLAP_2023 = new MsClapHead(new MsClapHeadConfig(28, 0));

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.FLOAT, new Nd4jKernels()),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  /** Encoder, head and normalisation of one text tower. */
  private static final class TextTower {

    private final Sequential encoder;
    private final Sequential tower;
    private final DataType type;
    private final Kernels kernels;

    TextTower(TextEncoder encoder, ProjectionHead head, DataType type, Kernels kernels) {
      this.encoder = TowerChain.of(encoder);
      tower =
          Sequential.of(
              new Named<>("", this.encoder),
              new Named<>("", TowerChain.of(head, "text_projection", encoder.featureDim())),
              new Named<>("normalize", new L2Normalize()));
      this.type = type;
      this.kernels = kernels;
    }

    INDArray features(INDArray ids, INDArray mask, PublishedNames names) throws IOException {
      return context(encoder, mask, names).forward(ids.castTo(type));
    }

    ArrayBlockContext context(Sequential block, INDArray mask, PublishedNames names)
        throws IOException {
      ArrayBlockContext context =
          new ArrayBlockContext(block, type, RandomSeed.of(1))
              .withKernels(kernels)
              .withMask(mask.castTo(type));
      for (ParameterSpec spec : block.parameters()) {
        context.parameter(spec.name()).assign(names.array(spec.name(), "", type));
      }
      return context;
    }

    void assertMatches(
        INDArray ids, INDArray mask, INDArray embeds, INDArray g, PublishedNames names)
        throws IOException {
      boolean isDouble = type == DataType.DOUBLE;
      ArrayBlockContext context = context(tower, mask, names);
      assertClose(
          "text_embeds",
          embeds,
          context.forward(ids.castTo(type)),
          isDouble ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE);
      context.backward(g.castTo(type));
      double largest = 0;
      for (ParameterSpec spec : tower.parameters()) {
        largest = Math.max(largest, peak(names.array(spec.name(), names.gradients(), type)));
      }
      for (ParameterSpec spec : tower.parameters()) {
        INDArray expected = names.array(spec.name(), names.gradients(), type);
        double peak = peak(expected);
        boolean isZero = peak <= 1e-4 * largest;
        double tolerance = isDouble ? DOUBLE_TOLERANCE : GRADIENT_TOLERANCE;
        double scale = isZero ? largest : peak;
        assertClose(
            spec.name(),
            expected.div(scale),
            context.gradient(spec.name()).div(scale),
            isZero ? ZERO_TOLERANCE : tolerance);
      }
    }

    private static double peak(INDArray array) {
      return array.amaxNumber().doubleValue();
    }
  }

  /** Arrays of a published model under our names. */
  private interface PublishedNames {
    INDArray array(String ours, String before, DataType type) throws IOException;

    default String gradients() {
      return "grad.";
    }
  }

  private static PublishedNames bert(SafeTensors tensors) {
    return (ours, before, type) -> tensors.array(before + msClapName(ours), type);
  }

  private static String msClapName(String ours) {
    return ours.startsWith("text_encoder.")
        ? ours.replace("text_encoder.", "caption_encoder.base.")
        : ours.replace("text_projection.", "caption_encoder.projection.");
  }

  /** GPT-2's linear maps are [in, out], and query, key and value are one. */
  private static PublishedNames gpt2(SafeTensors tensors) {
    return (ours, before, type) -> {
      String name =
          msClapName(ours)
              .replace("embeddings.word_embeddings", "wte")
              .replace("embeddings.position_embeddings", "wpe")
              .replace("encoder.layer.", "h.")
              .replace("layernorm_before", "ln_1")
              .replace("layernorm_after", "ln_2")
              .replace("attention.output.dense", "attn.c_proj")
              .replace("intermediate.dense", "mlp.c_fc")
              .replaceFirst("(h\\.\\d+\\.)output\\.dense", "$1mlp.c_proj")
              .replace("encoder.LayerNorm", "ln_f");
      int part =
          List.of("query", "key", "value").indexOf(ours.replaceFirst(".*self\\.(\\w+)\\..*", "$1"));
      name = name.replaceFirst("attention\\.self\\.\\w+", "attn.c_attn");
      INDArray array = tensors.array(before + name, type);
      if (name.contains(".h.") && name.endsWith("weight") && !name.contains("ln_")) {
        array = array.transpose().dup('c');
      }
      if (part < 0) {
        return array;
      }
      long width = array.size(0) / 3;
      return array.get(NDArrayIndex.interval(part * width, (part + 1) * width)).dup('c');
    };
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void robertaMatchesTransformers(String form, DataType type, Kernels kernels) throws IOException {
    Golden golden = Golden.fixture("hf_clap_tiny");
    try (SafeTensors model = golden.open("model.safetensors");
        SafeTensors gradients = golden.open("grads.safetensors");
        SafeTensors io = golden.open("io.safetensors")) {
      TextTower tower =
          new TextTower(ROBERTA, new LaionHead(new LaionHeadConfig(32)), type, kernels);
      PublishedNames names =
          (ours, before, wanted) ->
              (before.isEmpty() ? model : gradients)
                  .array(ours.replace("text_encoder.", "text_model."), wanted);
      INDArray ids = io.array("input_ids", type);
      INDArray mask = io.array("attention_mask", type);
      assertClose(
          "text.pooled",
          io.array("text.pooled", type),
          tower.features(ids, mask, names),
          type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE);
      tower.assertMatches(
          ids, mask, io.array("text_embeds", type), io.array("grad.text_embeds", type), names);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void bertMatchesMsClap2022(String form, DataType type, Kernels kernels) throws IOException {
    try (SafeTensors tensors = Golden.fixture("msclap_text").open("msclap2022.safetensors")) {
      matchesMsClap(new TextTower(BERT, MS_CLAP_2022, type, kernels), tensors, bert(tensors), type);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void gpt2MatchesMsClap2023(String form, DataType type, Kernels kernels) throws IOException {
    try (SafeTensors tensors = Golden.fixture("msclap_text").open("msclap2023.safetensors")) {
      matchesMsClap(new TextTower(GPT2, MS_CLAP_2023, type, kernels), tensors, gpt2(tensors), type);
    }
  }

  /**
   * Positions are counted from the first column on, as GPT2Model does where it gets none: padding
   * in front moves a caption. Padded at the end, as our tokenizers do it, a caption is what it is
   * when transformers pads in front and counts positions over the mask.
   */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void gpt2PaddedOnEitherSideMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    try (SafeTensors weights = Golden.fixture("msclap_text").open("msclap2023.safetensors");
        SafeTensors golden = Golden.fixture("gpt2_padding").open("gpt2_padding.safetensors")) {
      TextTower tower = new TextTower(GPT2, MS_CLAP_2023, type, kernels);
      for (String side : List.of("right", "left")) {
        INDArray features =
            tower.features(
                golden.array(side + "_ids", type),
                golden.array(side + "_mask", type),
                gpt2(weights));
        double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
        assertClose(side, golden.array(side, type), features, tolerance);
        if (side.equals("right")) {
          assertClose("left_counted", golden.array("left_counted", type), features, tolerance);
        }
      }
    }
  }

  /** MS CLAP 2023 reads a caption with an inner id 0 one token early. */
  @Test
  void innerZeroMovesGpt2ToAnEarlierToken() throws IOException {
    TextEncoder encoder =
        new Gpt2Factory()
            .create(
                new Gpt2Config(160, 24, 2, 40, 4, 160, 0, 0, 1e-5, Gpt2Pooling.NON_ZERO_COUNT),
                TOKENIZER);
    DataType type = DataType.FLOAT;
    try (SafeTensors tensors = Golden.fixture("msclap_text").open("msclap2023.safetensors")) {
      for (String with : List.of("", "inner_zero.")) {
        TokenBatch batch =
            encoder.masked(
                new TokenBatch(
                    tensors.array("io." + with + "input_ids", DataType.INT32).toIntMatrix(),
                    tensors.array("io.attention_mask", DataType.INT32).toIntMatrix()));
        TextTower tower = new TextTower(encoder, MS_CLAP_2023, type, Kernels.of(type));
        assertClose(
            with + "caption.features",
            tensors.array("io." + with + "caption.features", type),
            tower.features(
                Nd4j.createFromArray(batch.ids()),
                Nd4j.createFromArray(batch.mask()),
                gpt2(tensors)),
            OUTPUT_TOLERANCE);
      }
    }
  }

  private static void matchesMsClap(
      TextTower tower, SafeTensors tensors, PublishedNames names, DataType type)
      throws IOException {
    INDArray ids = tensors.array("io.input_ids", type);
    INDArray mask = tensors.array("io.attention_mask", type);
    assertClose(
        "caption.features",
        tensors.array("io.caption.features", type),
        tower.features(ids, mask, names),
        type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE);
    INDArray text = tensors.array("io.caption_embeds", type);
    double scale = Math.exp(tensors.array("logit_scale", DataType.DOUBLE).getDouble(0));
    INDArray gradient = textGradient(tensors.array("io.audio_embeds", type), text, scale);
    tower.assertMatches(ids, mask, text, gradient, names);
  }

  /** Of the symmetric loss: τ (softmax over clips + softmax over captions - 2 I) E_a / 2N. */
  private static INDArray textGradient(INDArray audio_ND, INDArray text_ND, double scale) {
    INDArray a = audio_ND.castTo(DataType.DOUBLE);
    INDArray logits = text_ND.castTo(DataType.DOUBLE).mmul(a.transpose()).muli(scale);
    INDArray exponentials = Transforms.exp(logits, false);
    INDArray sum =
        exponentials
            .divColumnVector(exponentials.sum(1))
            .addi(exponentials.divRowVector(exponentials.sum(0)))
            .subi(Nd4j.eye(a.size(0)).castTo(DataType.DOUBLE).muli(2));
    return sum.mmul(a).muli(scale / (2 * a.size(0)));
  }

  @Test
  void tokenizerOfAnotherModelIsRefused() {
    BertConfig config = new BertConfig(100, 8, 1, 8, 2, 8, 0, 0, 1e-12, 2, Pooler.CLS);
    assertEquals(
        "the tokenizer has 150 ids, text-encoder.vocabulary-size is 100; use the tokenizer that"
            + " belongs to the weights, or set vocabulary-size",
        assertThrows(
                IllegalArgumentException.class,
                () -> new BertFactory().create(config, new FixedTokenizer(150, 8)))
            .getMessage());
    RobertaConfig roberta = new RobertaConfig(100, 10, 1, 8, 2, 8, 0, 0, 1e-12, 1, 1, Pooler.MEAN);
    assertEquals(
        "tokenizer.max-length is 9, the text encoder has positions for 8 tokens; set max-length to"
            + " at most that",
        assertThrows(
                IllegalArgumentException.class,
                () -> new RobertaFactory().create(roberta, new FixedTokenizer(100, 9)))
            .getMessage());
  }

  @Test
  void rangesAreChecked() {
    assertEquals(
        "width must be a multiple of heads, was 9 with 2 heads",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Gpt2Config(100, 8, 1, 9, 2, 8, 0, 0, 1e-5, Gpt2Pooling.LAST))
            .getMessage());
    assertEquals(
        "layer-norm-eps must be above 0, was 0.0",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Gpt2Config(100, 8, 1, 8, 2, 8, 0, 0, 0, Gpt2Pooling.LAST))
            .getMessage());
    assertEquals(
        "token-types must be at least 1, was 0",
        assertThrows(
                IllegalArgumentException.class,
                () -> new BertConfig(100, 8, 1, 8, 2, 8, 0, 0, 1e-12, 0, Pooler.CLS))
            .getMessage());
  }

  /** Knows how many ids there are, and no words. */
  private record FixedTokenizer(int vocabularySize, int maxLength) implements Tokenizer {
    @Override
    public TokenBatch encode(List<String> captions) {
      throw new UnsupportedOperationException("has no words");
    }

    @Override
    public int paddingId() {
      return 0;
    }

    @Override
    public long truncatedCaptions() {
      return 0;
    }

    @Override
    public void save(Path directory) {
      throw new UnsupportedOperationException("has no words");
    }
  }
}
