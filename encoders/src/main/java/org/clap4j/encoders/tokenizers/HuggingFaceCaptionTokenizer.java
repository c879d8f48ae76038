package org.clap4j.encoders.tokenizers;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;

/**
 * Any Hugging Face tokenizer, from its {@code tokenizer.json}, with the ids that transformers
 * gives: special tokens added, cut to the greatest length, padded at the end to the longest of the
 * batch. What the file itself says of cutting and padding is not used. Needs no network; the file
 * is copied into each checkpoint.
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
  private final TruncationCounter truncations = new TruncationCounter();

  /**
   * Opens a tokenizer.
   *
   * @param fileOrDirectory the {@code tokenizer.json}, or the directory that holds it
   * @param maxLength the most tokens of a caption, special ones included
   * @throws IOException if there is none, or it cannot be read
   */
  public HuggingFaceCaptionTokenizer(Path fileOrDirectory, int maxLength) throws IOException {
    this.file = TokenizerFile.read(fileOrDirectory);
    this.maxLength = maxLength;
    this.tokenizer = open(file.path(), maxLength);
  }

  private static HuggingFaceTokenizer open(Path path, int maxLength) throws IOException {
    try {
      return HuggingFaceTokenizer.builder()
          .optTokenizerPath(path)
          .optAddSpecialTokens(true)
          .optTruncation(true)
          .optMaxLength(maxLength)
          .optPadding(false)
          .build();
    } catch (RuntimeException e) {
      throw new IOException(path + " cannot be used as a tokenizer: " + e.getMessage(), e);
    }
  }

  @Override
  public TokenBatch encode(List<String> captions) {
    return TokenRows.pad(captions.stream().map(this::encode).toList(), file.paddingId());
  }

  private int[] encode(String caption) {
    Encoding encoding = tokenizer.encode(caption, true, false);
    if (encoding.exceedMaxLength()) {
      truncations.cut(caption, maxLength);
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
    Files.copy(
        file.path(), directory.resolve(TokenizerFile.NAME), StandardCopyOption.REPLACE_EXISTING);
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
      return new HuggingFaceCaptionTokenizer(config.path(), config.maxLength());
    }

    /** Opens the copy in the checkpoint: the original may be gone. */
    @Override
    public Tokenizer load(HuggingFaceTokenizerConfig config, Path directory) throws IOException {
      return new HuggingFaceCaptionTokenizer(directory, config.maxLength());
    }
  }
}
