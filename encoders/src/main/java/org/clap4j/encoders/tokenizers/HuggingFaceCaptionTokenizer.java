package org.clap4j.encoders.tokenizers;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;

/**
 * Any Hugging Face tokenizer, from its {@code tokenizer.json} or the files of older releases, with
 * the ids that transformers gives: special tokens added, cut to the greatest length, padded at the
 * end to the longest of the batch. What the file itself says of cutting and padding is not used.
 * Needs no network; a {@code tokenizer.json} goes into each checkpoint.
 */
public final class HuggingFaceCaptionTokenizer implements Tokenizer {

  /** Unless it is set, the library looks for a cloud's metadata service to report its use to. */
  private static final String OFFLINE_PROPERTY = "ai.djl.offline";

  static {
    if (System.getProperty(OFFLINE_PROPERTY) == null) {
      System.setProperty(OFFLINE_PROPERTY, "true");
    }
  }

  private final TokenizerFile file;
  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;
  private final String suffix;
  private final TruncationCounter truncations = new TruncationCounter();

  /**
   * Opens a tokenizer.
   *
   * @param fileOrDirectory a {@code tokenizer.json}, a {@code vocab.json} with {@code merges.txt}
   *     beside it, a {@code vocab.txt}, or the directory that holds one of them
   * @param maxLength the most tokens of a caption, special ones included
   * @param suffix text at the end of every caption
   * @throws IOException if there is none, or it cannot be read
   */
  public HuggingFaceCaptionTokenizer(Path fileOrDirectory, int maxLength, String suffix)
      throws IOException {
    this.file = TokenizerFile.read(fileOrDirectory);
    this.maxLength = maxLength;
    this.suffix = suffix;
    this.tokenizer = open(file, maxLength);
  }

  private static HuggingFaceTokenizer open(TokenizerFile file, int maxLength) throws IOException {
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", "true",
            "truncation", "true",
            "maxLength", Integer.toString(maxLength),
            "padding", "false");
    byte[] json = file.encoding().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
    } catch (RuntimeException e) {
      throw new IOException(file.path() + " cannot be used as a tokenizer: " + e.getMessage(), e);
    }
  }

  @Override
  public TokenBatch encode(List<String> captions) {
    return TokenRows.pad(captions.stream().map(this::encode).toList(), file.paddingId());
  }

  private int[] encode(String caption) {
    Encoding encoding = tokenizer.encode(caption + suffix, true, false);
    if (encoding.exceedMaxLength()) {
      truncations.cut(caption);
    }
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public int vocabularySize() {
    return file.vocabularySize();
  }

  @Override
  public int paddingId() {
    return file.paddingId();
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public long truncatedCaptions() {
    return truncations.count();
  }

  @Override
  public void save(Path directory) throws IOException {
    Files.writeString(directory.resolve(TokenizerFile.NAME), file.json());
  }

  /** Opens Hugging Face tokenizers. */
  public static final class Factory implements TokenizerFactory<HuggingFaceTokenizerConfig> {

    @Override
    public Class<HuggingFaceTokenizerConfig> configType() {
      return HuggingFaceTokenizerConfig.class;
    }

    @Override
    public Tokenizer create(HuggingFaceTokenizerConfig config, List<String> trainingCaptions)
        throws IOException {
      return new HuggingFaceCaptionTokenizer(config.path(), config.maxLength(), config.suffix());
    }

    /** Opens the copy in the checkpoint: the original may be gone. */
    @Override
    public Tokenizer load(HuggingFaceTokenizerConfig config, Path directory) throws IOException {
      return new HuggingFaceCaptionTokenizer(directory, config.maxLength(), config.suffix());
    }
  }
}
