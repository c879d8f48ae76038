package org.clap4j.encoders.tokenizers;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.clap4j.core.model.TokenizerFactory;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Splits captions into lower-cased words: runs of letters, digits, combining marks and inner
 * apostrophes, in any script. Every caption starts with {@code [CLS]}; words that are not in the
 * vocabulary become {@code [UNK]}.
 *
 * <p>The vocabulary is {@code [PAD]} 0, {@code [UNK]} 1, {@code [CLS]} 2, then the words of the
 * training captions, the most frequent first and equally frequent ones in code-point order, so that
 * it does not depend on the order of the captions. It is kept as {@value #FILE} in the checkpoint.
 */
public final class WordTokenizer implements Tokenizer {

  /** The file in a checkpoint directory. */
  static final String FILE = "vocabulary.json";

  private static final String PAD = "[PAD]";
  private static final String UNKNOWN = "[UNK]";
  private static final String CLS = "[CLS]";
  private static final List<String> SPECIAL = List.of(PAD, UNKNOWN, CLS);

  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['\u2019][\\p{L}\\p{M}\\p{N}]+)*");
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  private final List<String> words;
  private final Map<String, Integer> ids;
  private final int maxLength;
  private final TruncationCounter truncations = new TruncationCounter();

  private WordTokenizer(List<String> words, int maxLength) {
    this.words = List.copyOf(words);
    this.ids = new HashMap<>();
    for (int id = 0; id < words.size(); id++) {
      ids.put(words.get(id), id);
    }
    this.maxLength = maxLength;
  }

  /** Takes the vocabulary of some captions. */
  public static WordTokenizer of(WordTokenizerConfig config, List<String> captions) {
    Map<String, Integer> counts = new HashMap<>();
    for (String caption : captions) {
      words(caption).forEach(word -> counts.merge(word, 1, Integer::sum));
    }
    List<String> words = new ArrayList<>(SPECIAL);
    counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= config.minCount())
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> words.add(entry.getKey()));
    return new WordTokenizer(words, config.maxLength());
  }

  private static List<String> words(String caption) {
    return WORD.matcher(caption.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /** What the file holds. */
  private record Vocabulary(@Nullable List<@Nullable String> words) {}

  /** Reads the vocabulary that {@link #save} has written. */
  static WordTokenizer load(WordTokenizerConfig config, Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    Vocabulary vocabulary;
    try {
      vocabulary = JSON.fromJson(Files.readString(file), Vocabulary.class);
    } catch (JsonParseException e) {
      throw new IOException(file + " is not a vocabulary: " + e.getMessage(), e);
    }
    return new WordTokenizer(checked(vocabulary, file), config.maxLength());
  }

  private static List<String> checked(@Nullable Vocabulary vocabulary, Path file)
      throws IOException {
    List<String> words = new ArrayList<>();
    if (vocabulary != null && vocabulary.words() != null) {
      for (String word : vocabulary.words()) {
        if (word == null) {
          throw new IOException(file + " is not a vocabulary: word " + words.size() + " is null");
        }
        words.add(word);
      }
    }
    if (words.size() < SPECIAL.size() || !words.subList(0, SPECIAL.size()).equals(SPECIAL)) {
      throw new IOException(
          file + " is not a vocabulary: expected \"words\" that start with " + SPECIAL);
    }
    if (new HashSet<>(words).size() < words.size()) {
      throw new IOException(file + " is not a vocabulary: a word occurs twice");
    }
    return words;
  }

  @Override
  public TokenBatch encode(List<String> captions) {
    return TokenRows.pad(captions.stream().map(this::encode).toList(), paddingId());
  }

  private int[] encode(String caption) {
    List<String> found = words(caption);
    if (found.size() > maxLength - 1) {
      truncations.cut(caption);
      found = found.subList(0, maxLength - 1);
    }
    int[] row = new int[found.size() + 1];
    row[0] = SPECIAL.indexOf(CLS);
    for (int l = 1; l < row.length; l++) {
      row[l] = ids.getOrDefault(found.get(l - 1), SPECIAL.indexOf(UNKNOWN));
    }
    return row;
  }

  @Override
  public int vocabularySize() {
    return words.size();
  }

  @Override
  public int paddingId() {
    return SPECIAL.indexOf(PAD);
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
    Files.writeString(
        directory.resolve(FILE), JSON.toJson(new Vocabulary(new ArrayList<>(words))) + "\n");
  }

  /** Makes word tokenizers. */
  public static final class Factory implements TokenizerFactory<WordTokenizerConfig> {

    @Override
    public Class<WordTokenizerConfig> configType() {
      return WordTokenizerConfig.class;
    }

    @Override
    public Tokenizer create(WordTokenizerConfig config, List<String> trainingCaptions) {
      return WordTokenizer.of(config, trainingCaptions);
    }

    @Override
    public Tokenizer load(WordTokenizerConfig config, Path directory) throws IOException {
      return WordTokenizer.load(config, directory);
    }
  }
}
