package org.clap4j.encoders.weights;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.weights.ArrayUse;
import org.clap4j.core.weights.WeightFormat;
import org.jspecify.annotations.Nullable;

/**
 * The files of published models, each put together of sections: arrays whose names begin alike.
 * What wrappers of training put before every name is passed over: {@code module.} of data-parallel
 * training, {@code _orig_mod.} of compiled modules, {@code model.} of modules that hold the model.
 */
public final class PublishedFormat implements WeightFormat {

  private static final Pattern WRAPPERS = Pattern.compile("^(module\\.|_orig_mod\\.|model\\.)+");

  private static final String AUDIO = "audio_encoder.";
  private static final String TEXT = "text_encoder.";
  private static final String AUDIO_HEAD = "audio_projection.";
  private static final String TEXT_HEAD = "text_projection.";
  private static final String LOGIT_SCALE = "log_logit_scale";

  private final Predicate<Collection<String>> recognizes;
  private final List<Section> sections;
  private final Function<Collection<String>, @Nullable String> frontEnd;

  private PublishedFormat(
      Predicate<Collection<String>> recognizes,
      Function<Collection<String>, @Nullable String> frontEnd,
      List<Section> sections) {
    this.recognizes = recognizes;
    this.frontEnd = frontEnd;
    this.sections = sections;
  }

  /**
   * Arrays whose names begin alike.
   *
   * @param theirs what their names begin with in the file
   * @param ours what stands there in the names of our parameters
   * @param names what the rest means
   */
  private record Section(String theirs, String ours, ArrayNames names) {}

  /** All of them, by the names that configurations use. */
  public static Map<String, WeightFormat> all() {
    Map<String, WeightFormat> formats = new TreeMap<>();
    formats.put("clap4j", clap4j());
    formats.put("panns", panns());
    formats.put("hts-at", htsat());
    formats.put("ms-clap-2022", msClap("conv_block1.", "ms-clap-2022", ArrayNames.panns(), ""));
    formats.put("ms-clap-2023", msClap("htsat.", "ms-clap-2023", ArrayNames.htsat(), "htsat."));
    formats.put("laion-clap", laion());
    formats.put("huggingface-clap", huggingFaceClap());
    formats.put("bert", bert());
    formats.put("gpt2", gpt2());
    return formats;
  }

  /** Our own checkpoints, and files of plug-ins' encoders that have our names. */
  private static PublishedFormat clap4j() {
    return new PublishedFormat(
        names -> (has(names, AUDIO) || has(names, TEXT)) && !has(names, "audio_encoder.base."),
        names -> null,
        List.of(new Section("", "", ArrayNames.same())));
  }

  private static PublishedFormat panns() {
    return new PublishedFormat(
        names -> has(names, "conv_block1."),
        names -> "panns",
        List.of(new Section("", AUDIO, ArrayNames.panns())));
  }

  private static PublishedFormat htsat() {
    return new PublishedFormat(
        names -> has(names, "patch_embed.") || has(names, "sed_model.patch_embed."),
        names -> "htsat",
        List.of(
            new Section("sed_model.", AUDIO, ArrayNames.htsat()),
            new Section("", AUDIO, ArrayNames.htsat())));
  }

  private static PublishedFormat msClap(
      String sign, String frontEnd, ArrayNames audio, String before) {
    return new PublishedFormat(
        names -> has(names, "audio_encoder.base." + sign),
        names -> frontEnd,
        List.of(
            new Section("audio_encoder.base." + before, AUDIO, audio),
            new Section("audio_encoder.projection.", AUDIO_HEAD, ArrayNames.same()),
            new Section("caption_encoder.base.", TEXT, bertOrGpt2()),
            new Section("caption_encoder.projection.", TEXT_HEAD, ArrayNames.same()),
            new Section("logit_scale", "", ArrayNames.single(LOGIT_SCALE))));
  }

  /** MS CLAP's text encoder may be either; they have no name in common. */
  private static ArrayNames bertOrGpt2() {
    ArrayNames gpt2 = ArrayNames.gpt2();
    ArrayNames bert = ArrayNames.bert();
    return name -> gpt2.use(name).or(() -> bert.use(name));
  }

  private static PublishedFormat laion() {
    return new PublishedFormat(
        names -> has(names, "audio_branch."),
        names -> has(names, "audio_branch.patch_embed.mel_conv2d.") ? "laion-fusion" : "laion",
        List.of(
            new Section("audio_branch.", AUDIO, ArrayNames.htsat()),
            new Section("text_branch.", TEXT, ArrayNames.bert()),
            new Section("audio_projection.", AUDIO_HEAD, ArrayNames.laionHead()),
            new Section("text_projection.", TEXT_HEAD, ArrayNames.laionHead()),
            transform("audio_transform", "text.audio_transform."),
            transform("text_transform", "audio.text_transform."),
            new Section(
                "logit_scale_a", "", ArrayNames.single(LOGIT_SCALE, "audio." + LOGIT_SCALE)),
            new Section("logit_scale_t", "", ArrayNames.single("text." + LOGIT_SCALE))));
  }

  /** What only the loss laion-mlp has. */
  private static Section transform(String theirs, String ours) {
    return new Section(theirs + ".sequential.", ours, ArrayNames.laionTransform());
  }

  /** {@code ClapModel}; its front end stands in a file of its own. */
  public static PublishedFormat huggingFaceClap() {
    return new PublishedFormat(
        names -> has(names, "audio_model.audio_encoder."),
        names -> null,
        List.of(
            new Section("audio_model.audio_encoder.", AUDIO, ArrayNames.huggingFaceHtsat()),
            new Section("text_model.", TEXT, ArrayNames.bert()),
            new Section("audio_projection.", AUDIO_HEAD, ArrayNames.same()),
            new Section("text_projection.", TEXT_HEAD, ArrayNames.same()),
            new Section("logit_scale_a", "", ArrayNames.single(LOGIT_SCALE)),
            new Section("logit_scale_t", "", ArrayNames.leftOver())));
  }

  /** BERT or RoBERTa, alone or with the heads that they were trained with. */
  private static PublishedFormat bert() {
    ArrayNames bert = ArrayNames.bert();
    return new PublishedFormat(
        names ->
            has(names, "embeddings.")
                || has(names, "bert.embeddings.")
                || has(names, "roberta.embeddings."),
        names -> null,
        List.of(
            new Section("bert.", TEXT, bert),
            new Section("roberta.", TEXT, bert),
            new Section("cls.", "", ArrayNames.leftOver()),
            new Section("lm_head.", "", ArrayNames.leftOver()),
            new Section("", TEXT, bert)));
  }

  private static PublishedFormat gpt2() {
    return new PublishedFormat(
        names -> has(names, "wte.") || has(names, "transformer.wte."),
        names -> null,
        List.of(
            new Section("transformer.", TEXT, ArrayNames.gpt2()),
            new Section("lm_head.", "", ArrayNames.leftOver()),
            new Section("", TEXT, ArrayNames.gpt2())));
  }

  private static boolean has(Collection<String> names, String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private static String plain(String name) {
    return WRAPPERS.matcher(name).replaceFirst("");
  }

  private static Set<String> plain(Set<String> names) {
    return names.stream().map(PublishedFormat::plain).collect(Collectors.toSet());
  }

  @Override
  public boolean recognizes(Set<String> names) {
    return recognizes.test(plain(names));
  }

  @Override
  public Optional<ArrayUse> use(String name) {
    String plain = plain(name);
    for (Section section : sections) {
      if (plain.startsWith(section.theirs())) {
        return section
            .names()
            .use(plain.substring(section.theirs().length()))
            .map(use -> use.under(section.ours()));
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<LogMelSettings> frontEnd(Set<String> names) {
    return Optional.ofNullable(frontEnd.apply(plain(names))).map(LogMelSettings::preset);
  }
}
