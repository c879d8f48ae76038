package org.clap4j.experiments.datasets.captions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.clap4j.core.audio.FfmpegAudioReader;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.experiments.datasets.ClipFolder;
import org.clap4j.experiments.datasets.DatasetException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionsCsvFactoryTest {

  private static final FileNameClasses DIGITS =
      new FileNameClasses(
          "(?<digit>\\d)_(?<speaker>[a-z]+)_\\d+",
          Map.of("digit", Map.of("0", "zero", "1", "one")),
          List.of("{speaker} says {digit}"));

  private final Path root;

  CaptionsCsvFactoryTest(@TempDir Path root) {
    this.root = root;
  }

  private PairDataset open(
      @Nullable String train, @Nullable String test, @Nullable FileNameClasses classes)
      throws IOException {
    return open(train, null, test, 0, classes);
  }

  private PairDataset open(
      @Nullable String train,
      @Nullable String validation,
      @Nullable String test,
      double validationFraction,
      @Nullable FileNameClasses classes)
      throws IOException {
    return open(train, validation, test, validationFraction, 0, classes, null);
  }

  private PairDataset open(
      @Nullable String train,
      @Nullable String validation,
      @Nullable String test,
      double validationFraction,
      int validationClasses,
      @Nullable FileNameClasses classes,
      @Nullable String labels)
      throws IOException {
    return new CaptionsCsvFactory()
        .open(
            new CaptionsCsvConfig(
                root.toString(),
                "audio",
                train,
                validation,
                test,
                null,
                null,
                null,
                validationFraction,
                validationClasses,
                1,
                classes,
                labels,
                OnBadClip.FAIL),
            ClipFolder.READER);
  }

  private String messageOf(String csv) {
    new ClipFolder(root).clips("audio/a.wav", "audio/b.wav").file("train.csv", csv);
    return String.valueOf(
        assertThrows(DatasetException.class, () -> open("train.csv", null, null)).getMessage());
  }

  @Test
  void clothoRowsHaveOneClipEach() throws IOException {
    new ClipFolder(root)
        .clips("audio/development/Rain, heavy.wav", "audio/evaluation/b.wav")
        .file(
            "clotho_captions_development.csv",
            String.join(
                "\r\n",
                "\uFEFFfile_name,caption_1,caption_2",
                "\"Rain, heavy.wav\",\"It rains, a lot.\",\"A \"\"storm\"\"",
                "rages\"",
                ""))
        .file("clotho_captions_evaluation.csv", "file_name,caption_1,caption_2\nb.wav,x,x\n");

    PairDataset data =
        open("clotho_captions_development.csv", "clotho_captions_evaluation.csv", null);

    assertEquals(
        List.of("It rains, a lot.", "A \"storm\"\r\nrages"), data.train().get(0).captions());
    assertEquals(
        root.resolve("audio/development/Rain, heavy.wav").toString(),
        data.train().get(0).clip().name());
    assertEquals(List.of("x"), data.test().get(0).captions());
  }

  @Test
  void oneNameInTwoFoldersGoesByTheNameOfTheCsv() throws IOException {
    new ClipFolder(root)
        .clips("audio/development/a.wav", "audio/evaluation/a.wav")
        .file("clotho_captions_development.csv", "file_name,caption\na.wav,one\n")
        .file("clotho_captions_evaluation.csv", "file_name,caption\na.wav,two\n");

    PairDataset data =
        open("clotho_captions_development.csv", "clotho_captions_evaluation.csv", null);

    assertTrue(data.train().get(0).clip().name().endsWith("development/a.wav"));
    assertTrue(data.test().get(0).clip().name().endsWith("evaluation/a.wav"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r1nicOVtvkQ.wav",
        "Yr1nicOVtvkQ.flac",
        "r1nicOVtvkQ_130.wav",
        "Yr1nicOVtvkQ_130.000.wav",
        "r1nicOVtvkQ_130_140.mp3",
        "Yr1nicOVtvkQ_130.000_140.000.wav",
        "r1nicOVtvkQ_130000_140000.flac",
        "train/91139.wav"
      })
  void audioCapsFilesAreFoundByAnyNamingInUse(String name) throws IOException {
    new ClipFolder(root)
        .clips("audio/" + name, "audio/r1nicOVtvkQ_50.wav")
        .file(
            "train.csv",
            """
            audiocap_id,youtube_id,start_time,caption
            91139,r1nicOVtvkQ,130,A woman talks nearby as water pours
            91140,r1nicOVtvkQ,130,Water pours
            """);

    PairDataset data = open("train.csv", null, null);

    assertEquals(1, data.train().size());
    assertEquals(root.resolve("audio/" + name).toString(), data.train().get(0).clip().name());
    assertEquals(
        List.of("A woman talks nearby as water pours", "Water pours"),
        data.train().get(0).captions());
  }

  @Test
  void twoSegmentsOfOneVideoAreNotTakenForOneClip() {
    new ClipFolder(root)
        .clips("audio/Yid.wav")
        .file("train.csv", "youtube_id,start_time,caption\nid,10,one\nid,20,two\n");

    DatasetException e = assertThrows(DatasetException.class, () -> open("train.csv", null, null));

    assertEquals(
        "train.csv:3: Yid.wav is listed twice, first at train.csv:2; list each clip once",
        e.getMessage());
  }

  @Test
  void faultsInTheCsvAreNamedWithTheirLine() {
    assertEquals(
        "train.csv:4: caption_2 is blank; every row needs one",
        messageOf("file_name,caption_1,caption_2\na.wav,\"two\nlines\",x\nb.wav,y, \n"));
    assertEquals(
        "train.csv:3: 3 columns where the header has 2; quote values that hold commas",
        messageOf("file_name,caption\na.wav,x\nb.wav,y, z\n"));
    assertEquals(
        "train.csv:3: a.wav is listed twice, first at train.csv:2; list each clip once",
        messageOf("file_name,caption_1\na.wav,x\na.wav,y\n"));
    assertEquals(
        root.resolve("train.csv")
            + " has the columns name,text; expected file_name,caption_1,..."
            + " or file_name,caption or youtube_id,start_time,caption",
        messageOf("name,text\na.wav,x\n"));
    assertEquals(
        root.resolve("train.csv") + " has no rows below its header",
        messageOf("file_name,caption\n"));
  }

  @Test
  void missingClipIsNamedWithItsPath() {
    assertEquals(
        "1 of 2 clips cannot be read:\n  "
            + root.resolve("audio/c.wav")
            + ": no such file\n"
            + "Mend or remove them, or set on-bad-clip: skip to go on without them.",
        messageOf("file_name,caption\na.wav,x\nc.wav,y\n"));
  }

  @Test
  void clipInTwoSplitsIsRefused() {
    new ClipFolder(root)
        .clips("audio/a.wav")
        .file("train.csv", "file_name,caption\na.wav,x\n")
        .file("test.csv", "file_name,caption\na.wav,x\n");

    DatasetException e =
        assertThrows(DatasetException.class, () -> open("train.csv", "test.csv", null));

    assertEquals(
        "test.csv:2: a.wav is listed for test, but train.csv:2 has it for train;"
            + " a clip may be in one split only",
        e.getMessage());
  }

  @Test
  void candidatesAreAllCombinationsOfWhatTheNamesTell() throws IOException {
    new ClipFolder(root)
        .clips("audio/0_theo_1.wav", "audio/1_theo_0.wav", "audio/0_anna_5.wav")
        .file("train.csv", "file_name,caption\n0_theo_1.wav,x\n1_theo_0.wav,y\n")
        .file("test.csv", "file_name,caption\n0_anna_5.wav,z\n");

    ZeroShotTask task = Objects.requireNonNull(open("train.csv", "test.csv", DIGITS).testTask());

    assertEquals(
        List.of("anna says zero", "theo says zero", "anna says one", "theo says one"),
        task.classNames());
    assertEquals(List.of(0), task.labels());
    assertEquals(
        Map.of("digit", List.of(0, 0, 1, 1), "speaker", List.of(0, 1, 0, 1)), task.attributes());
  }

  @Test
  void nameThatDoesNotFitThePatternIsRefused() {
    new ClipFolder(root)
        .clips("audio/zero.wav")
        .file("test.csv", "file_name,caption\nzero.wav,x\n");

    DatasetException e = assertThrows(DatasetException.class, () -> open(null, "test.csv", DIGITS));

    assertEquals(
        root.resolve("audio/zero.wav")
            + ": its name does not fit zero-shot.file-pattern"
            + " '(?<digit>\\d)_(?<speaker>[a-z]+)_\\d+'",
        e.getMessage());
  }

  @Test
  void labelsAreNamesSeparatedByCommasAndTheCaptionWhereThereIsNoOther() throws IOException {
    new ClipFolder(root)
        .clips("audio/a.wav", "audio/b.wav", "audio/c.wav")
        .file("train.csv", "file_name,labels\na.wav,\"Rain, Wind_chime\"\nb.wav,Rain\n")
        .file("test.csv", "file_name,caption,labels\nc.wav,it rains,\"Rain,Rain,\"\n");

    PairDataset data = openWithLabels();

    assertEquals(List.of("Rain", "Wind chime"), data.train().get(0).labels());
    assertEquals(List.of("Rain, Wind chime"), data.train().get(0).captions());
    assertEquals(List.of("Rain"), data.test().get(0).labels());
    assertEquals(List.of("it rains"), data.test().get(0).captions());
  }

  @Test
  void labelColumnThatIsMissingIsNamed() {
    new ClipFolder(root)
        .clips("audio/a.wav")
        .file("train.csv", "file_name,caption\na.wav,it rains\n");
    assertEquals(
        root.resolve("train.csv") + " has no column 'labels'; its columns are file_name, caption",
        assertThrows(DatasetException.class, this::openWithLabels).getMessage());
  }

  private PairDataset openWithLabels() throws IOException {
    String test = Files.exists(root.resolve("test.csv")) ? "test.csv" : null;
    return open("train.csv", null, test, 0, 0, null, "labels");
  }

  private CaptionsCsvConfig byFold(
      @Nullable Integer testFold,
      @Nullable Integer validationFold,
      @Nullable FileNameClasses classes,
      OnBadClip onBadClip) {
    return new CaptionsCsvConfig(
        root.toString(),
        "audio",
        "all.csv",
        null,
        null,
        "part",
        testFold,
        validationFold,
        0,
        0,
        0,
        classes,
        "labels",
        onBadClip);
  }

  private ClipFolder threeFolds() {
    return new ClipFolder(root)
        .clips(
            "audio/0_theo_1.wav", "audio/1_theo_0.wav", "audio/0_anna_5.wav", "audio/1_anna_2.wav")
        .file(
            "all.csv",
            """
            file_name,labels,part
            0_theo_1.wav,Rain,2
            1_theo_0.wav,"Rain,Wind",0
            0_anna_5.wav,Wind,4
            1_anna_2.wav,Rain,0
            """);
  }

  @Test
  void foldsBecomeParts() throws IOException {
    threeFolds();

    PairDataset data =
        new CaptionsCsvFactory().open(byFold(0, 4, null, OnBadClip.FAIL), ClipFolder.READER);

    assertEquals(root.getFileName() + " tested on fold 0", data.name());
    assertEquals(Set.of(clip("0_theo_1.wav")), names(data.train()));
    assertEquals(Set.of(clip("0_anna_5.wav")), names(data.validation()));
    assertEquals(Set.of(clip("1_theo_0.wav"), clip("1_anna_2.wav")), names(data.test()));
    assertEquals(List.of("Rain", "Wind"), data.test().get(0).labels());
  }

  @Test
  void withoutATestFoldAllFoldsAreTrainedOn() throws IOException {
    threeFolds();

    PairDataset data =
        new CaptionsCsvFactory().open(byFold(null, null, null, OnBadClip.FAIL), ClipFolder.READER);

    assertEquals(4, data.train().size());
    assertEquals(List.of(), data.test());
  }

  @Test
  void eachFoldIsTestedInTurnAndEachFileCheckedOnce() throws IOException {
    threeFolds().file("audio/1_anna_2.wav", "noise");
    List<Path> probed = Collections.synchronizedList(new ArrayList<>());

    List<PairDataset> folds =
        new CaptionsCsvFactory()
            .folds(
                byFold(4, 0, DIGITS, OnBadClip.SKIP),
                (file, sampleRateHz) -> {
                  probed.add(file);
                  return ClipFolder.READER.read(file, sampleRateHz);
                });

    assertEquals(
        List.of(
            Set.of(clip("1_theo_0.wav")),
            Set.of(clip("0_theo_1.wav")),
            Set.of(clip("0_anna_5.wav"))),
        folds.stream().map(fold -> names(fold.test())).toList());
    assertEquals(List.of(2, 2, 2), folds.stream().map(fold -> fold.train().size()).toList());
    for (PairDataset fold : folds) {
      assertEquals(List.of(), fold.validation());
      assertEquals(4, Objects.requireNonNull(fold.testTask()).classNames().size());
    }
    assertEquals(4, probed.size());
    assertEquals(4, Set.copyOf(probed).size());
  }

  @Test
  void captionsOfAClipShareItsFold() throws IOException {
    String captions =
        "file_name,caption,labels,part\na.wav,one,Rain,1\nb.wav,two,Rain,2\na.wav,three,Rain,";
    ClipFolder folder = new ClipFolder(root).clips("audio/a.wav", "audio/b.wav");
    folder.file("all.csv", captions + "1\n");
    CaptionsCsvConfig config = byFold(2, null, null, OnBadClip.FAIL);
    assertEquals(
        List.of("one", "three"),
        new CaptionsCsvFactory().open(config, ClipFolder.READER).train().get(0).captions());

    folder.file("all.csv", captions + "2\n");
    assertEquals(
        "all.csv:4: part is 2, but all.csv:2 has the same clip in fold 1;"
            + " a clip may be in one fold only",
        refusal(config));
  }

  @Test
  void foldsThatAreNotThereAreNamed() {
    threeFolds();
    assertEquals(
        "test-fold is 3, but column 'part' of "
            + root.resolve("all.csv")
            + " has 0, 2, 4; set it to one of them",
        refusal(byFold(3, null, null, OnBadClip.FAIL)));
    assertEquals(
        "validation-fold is 5, but column 'part' of "
            + root.resolve("all.csv")
            + " has 0, 2, 4; set it to one of them",
        refusal(byFold(0, 5, null, OnBadClip.FAIL)));
    new ClipFolder(root).file("all.csv", "file_name,labels,part\n0_theo_1.wav,Rain,one\n");
    assertEquals(
        "all.csv:2: part must be a whole number, was 'one'",
        refusal(byFold(1, null, null, OnBadClip.FAIL)));
    new ClipFolder(root).file("all.csv", "file_name,labels\n0_theo_1.wav,Rain\n");
    assertEquals(
        root.resolve("all.csv") + " has no column 'part'; its columns are file_name, labels",
        refusal(byFold(1, null, null, OnBadClip.FAIL)));
  }

  private String refusal(CaptionsCsvConfig config) {
    return String.valueOf(
        assertThrows(
                DatasetException.class,
                () -> new CaptionsCsvFactory().open(config, ClipFolder.READER))
            .getMessage());
  }

  @Test
  void aLoneFoldCannotBeTestedInTurn() {
    threeFolds().file("all.csv", "file_name,labels,part\n0_theo_1.wav,Rain,2\n");
    assertEquals(
        "column 'part' of "
            + root.resolve("all.csv")
            + " has 2 alone; one fold is tested while others are trained on, so give it two or"
            + " more",
        assertThrows(
                DatasetException.class,
                () ->
                    new CaptionsCsvFactory()
                        .folds(byFold(null, null, null, OnBadClip.FAIL), ClipFolder.READER))
            .getMessage());
  }

  private String clip(String name) {
    return root.resolve("audio").resolve(name).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.csv |          |      | 2 |   | 0   | test-fold needs fold to name the column of the clips' folds, was 2
          train.csv |          |      |   | 1 | 0   | validation-fold needs fold to name the column of the clips' folds, was 1
          train.csv | test.csv | part | 2 |   | 0   | fold needs train to name the CSV of all clips, and neither validation nor test; was part
                    | test.csv | part |   |   | 0   | fold needs train to name the CSV of all clips, and neither validation nor test; was part
          train.csv |          | part | 2 | 2 | 0   | validation-fold must be another fold than test-fold, both were 2
          train.csv |          | part | 2 | 1 | 0.1 | validation-fold needs validation-fraction and validation-classes to be 0, was 1
          """)
  void foldsThatContradictOtherKeysAreRefused(
      @Nullable String train,
      @Nullable String test,
      @Nullable String fold,
      @Nullable Integer testFold,
      @Nullable Integer validationFold,
      double validationFraction,
      String message) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new CaptionsCsvConfig(
                        "root",
                        "audio",
                        train,
                        null,
                        test,
                        fold,
                        testFold,
                        validationFold,
                        validationFraction,
                        0,
                        0,
                        null,
                        "labels",
                        OnBadClip.FAIL))
            .getMessage());
  }

  @Test
  void spokenDigitsHaveTheirCountsAndFiftyCandidates() throws IOException {
    String data = System.getenv("CLAP4J_DATA");
    assumeTrue(data != null, "set CLAP4J_DATA to the folder that holds fsdd to test on it");
    PairDataset fsdd =
        new CaptionsCsvFactory()
            .open(
                new CaptionsCsvConfig(
                    data + "/fsdd",
                    "recordings",
                    "captions_train.csv",
                    "captions_test.csv",
                    "captions_unseen_pair.csv",
                    null,
                    null,
                    null,
                    0,
                    0,
                    0,
                    DIGITS,
                    null,
                    OnBadClip.FAIL),
                new FfmpegAudioReader());

    assertEquals(1800, fsdd.train().size());
    assertEquals(200, fsdd.validation().size());
    assertEquals(500, fsdd.test().size());
    assertEquals(50, Objects.requireNonNull(fsdd.testTask()).classNames().size());
    assertEquals(10, Set.copyOf(Objects.requireNonNull(fsdd.testTask()).labels()).size());
  }

  @Test
  void validationFractionHoldsOutTrainingClipsReproducibly() throws IOException {
    StringBuilder csv = new StringBuilder("file_name,caption\n");
    ClipFolder folder = new ClipFolder(root);
    for (int i = 0; i < 200; i++) {
      folder.clips("audio/" + i + ".wav");
      csv.append(i).append(".wav,clip ").append(i).append('\n');
    }
    folder.file("train.csv", csv.toString());

    PairDataset first = open("train.csv", null, null, 0.2, null);
    PairDataset second = open("train.csv", null, null, 0.2, null);

    assertEquals(200, first.train().size() + first.validation().size());
    assertTrue(Math.abs(first.validation().size() - 40) < 25, "about a fifth is held out");
    assertEquals(names(first.validation()), names(second.validation()));
  }

  @Test
  void validationClassesAreCombinationsThatTrainingNeverHasThoughItHasTheirParts()
      throws IOException {
    StringBuilder csv = new StringBuilder("file_name,caption\n");
    ClipFolder folder = new ClipFolder(root);
    for (String speaker : List.of("anna", "theo", "yuki")) {
      for (int clip = 0; clip < 9; clip++) {
        String name = clip % 3 + "_" + speaker + "_" + clip + ".wav";
        folder.clips("audio/" + name);
        csv.append(name).append(",speech\n");
      }
    }
    folder.file("train.csv", csv.toString());

    PairDataset data = openWithValidationClasses(3);

    assertEquals(18, data.train().size());
    assertEquals(9, data.validation().size());
    ZeroShotTask task = Objects.requireNonNull(data.validationTask());
    assertEquals(9, task.classNames().size());
    Set<Integer> classes = Set.copyOf(task.labels());
    assertEquals(3, classes.size());
    for (String attribute : List.of("digit", "speaker")) {
      List<Integer> groups = Objects.requireNonNull(task.attributes().get(attribute));
      assertEquals(
          3,
          classes.stream().map(groups::get).distinct().count(),
          "one class of each " + attribute);
    }
  }

  @Test
  void validationClassesMustLeaveEachPartToTrainOn() {
    new ClipFolder(root)
        .clips("audio/0_theo_1.wav", "audio/1_theo_0.wav")
        .file("train.csv", "file_name,caption\n0_theo_1.wav,x\n1_theo_0.wav,y\n");

    DatasetException e = assertThrows(DatasetException.class, () -> openWithValidationClasses(2));

    assertTrue(
        Set.of("0", "1", "theo").stream()
            .map(
                part ->
                    "validation-classes is 2, which leaves nothing with '"
                        + part
                        + "' to train on; set it lower")
            .anyMatch(message -> message.equals(e.getMessage())),
        e.getMessage());
  }

  private PairDataset openWithValidationClasses(int classes) throws IOException {
    return open("train.csv", null, null, 0, classes, DIGITS, null);
  }

  private static Set<String> names(List<AudioTextPair> pairs) {
    return pairs.stream().map(pair -> pair.clip().name()).collect(Collectors.toSet());
  }
}
