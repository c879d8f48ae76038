package org.clap4j.experiments.datasets.esc50;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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

class Esc50FactoryTest {

  private static final String HEADER = "filename,fold,target,category,esc10,src_file,take\n";
  private final Path root;

  Esc50FactoryTest(@TempDir Path root) {
    this.root = root;
  }

  private ClipFolder fourFolds() {
    return new ClipFolder(root)
        .file(
            "meta/esc50.csv",
            HEADER
                + "1-a.wav,1,11,sea_waves,True,1,A\n"
                + "2-a.wav,2,0,dog,True,2,A\n"
                + "2-b.wav,2,11,sea_waves,True,2,B\n"
                + "3-a.wav,3,40,helicopter,True,3,A\n"
                + "4-a.wav,4,0,dog,True,4,A\n")
        .clips("audio/1-a.wav", "audio/2-a.wav", "audio/2-b.wav", "audio/3-a.wav", "audio/4-a.wav");
  }

  private Esc50Config config(int testFold, @Nullable Integer validationFold, OnBadClip onBadClip) {
    return new Esc50Config(
        root.toString(),
        "meta/esc50.csv",
        "audio",
        testFold,
        validationFold,
        List.of("this is a sound of {}", "i can hear {}"),
        List.of("{}"),
        onBadClip);
  }

  private PairDataset open(Esc50Config config) throws IOException {
    return new Esc50Factory().open(config, ClipFolder.READER);
  }

  @Test
  void foldsBecomeSplitsAndTemplatesCaptions() throws IOException {
    fourFolds();

    PairDataset data = open(config(2, 3, OnBadClip.FAIL));

    assertEquals(List.of("1-a.wav", "4-a.wav"), names(data.train()));
    assertEquals(List.of("3-a.wav"), names(data.validation()));
    assertEquals(List.of("2-a.wav", "2-b.wav"), names(data.test()));
    assertEquals(List.of("sea waves"), data.train().get(0).captions());
    ZeroShotTask test = Objects.requireNonNull(data.testTask());
    assertEquals(List.of("dog", "sea waves", "helicopter"), test.classNames());
    assertEquals(
        List.of("this is a sound of sea waves", "i can hear sea waves"), test.prompts().get(1));
    assertEquals(List.of(0, 1), test.labels());
    assertEquals(List.of(2), Objects.requireNonNull(data.validationTask()).labels());
  }

  @Test
  void withoutValidationFoldAllOtherFoldsAreTrainedOn() throws IOException {
    fourFolds();

    PairDataset data = open(config(2, null, OnBadClip.FAIL));

    assertEquals(3, data.train().size());
    assertEquals(List.of(), data.validation());
    assertNull(data.validationTask());
  }

  @Test
  void badClipsAreListedWithTheirPaths() {
    fourFolds().file("audio/2-a.wav", "").file("audio/3-a.wav", "noise");
    Path missing = root.resolve("audio/4-a.wav");
    assertEquals(true, missing.toFile().delete());

    DatasetException e =
        assertThrows(DatasetException.class, () -> open(config(2, null, OnBadClip.FAIL)));

    Path audio = root.resolve("audio");
    assertEquals(
        "3 of 5 clips cannot be read:"
            + ("\n  " + audio.resolve("2-a.wav") + ": the file is empty")
            + ("\n  " + audio.resolve("3-a.wav") + ": not audio; replace it")
            + ("\n  " + audio.resolve("4-a.wav") + ": no such file")
            + "\nMend or remove them, or set on-bad-clip: skip to go on without them.",
        e.getMessage());
  }

  @Test
  void skippedClipsLeaveLabelsInStepWithTheClips() throws IOException {
    fourFolds().file("audio/2-a.wav", "noise");

    PairDataset data = open(config(2, null, OnBadClip.SKIP));

    assertEquals(List.of("2-b.wav"), names(data.test()));
    assertEquals(List.of(1), Objects.requireNonNull(data.testTask()).labels());
  }

  @Test
  void splitWithoutAnyReadableClipIsRefused() {
    fourFolds().file("audio/3-a.wav", "noise");

    DatasetException e =
        assertThrows(DatasetException.class, () -> open(config(3, null, OnBadClip.SKIP)));

    assertEquals("no clip of test can be read; check the data's root", e.getMessage());
  }

  @Test
  void unknownFoldIsRefused() {
    fourFolds();

    DatasetException e =
        assertThrows(DatasetException.class, () -> open(config(5, null, OnBadClip.FAIL)));

    assertEquals(
        "test-fold is 5, but column 'fold' of "
            + root.resolve("meta/esc50.csv")
            + " has 1, 2, 3, 4; set it to one of them",
        e.getMessage());
  }

  @Test
  void clipListedTwiceIsRefusedWithBothLines() {
    fourFolds()
        .file(
            "meta/esc50.csv",
            HEADER + "1-a.wav,1,11,sea_waves,True,1,A\n1-a.wav,2,11,sea_waves,True,1,A\n");

    DatasetException e =
        assertThrows(DatasetException.class, () -> open(config(2, null, OnBadClip.FAIL)));

    assertEquals(
        "esc50.csv:3: 1-a.wav is listed for test, but esc50.csv:2 has it for train;"
            + " a clip may be in one split only",
        e.getMessage());
  }

  @Test
  void foldThatIsNoNumberIsRefusedWithItsLine() {
    fourFolds().file("meta/esc50.csv", HEADER + "1-a.wav,one,11,sea_waves,True,1,A\n");

    DatasetException e =
        assertThrows(DatasetException.class, () -> open(config(1, null, OnBadClip.FAIL)));

    assertEquals("esc50.csv:2: fold must be a whole number, was 'one'", e.getMessage());
  }

  @Test
  void templateWithoutGapIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Esc50Config(
                    "r", "m", "a", 1, null, List.of("a sound"), List.of(), OnBadClip.FAIL));

    assertEquals(
        "a template must hold {} once, for the class's name; was 'a sound'", e.getMessage());
  }

  @Test
  void esc10HasEightyClipsInEachFold() throws IOException {
    String data = System.getenv("CLAP4J_DATA");
    assumeTrue(data != null, "set CLAP4J_DATA to the folder that holds esc10 to test on it");
    for (int fold = 1; fold <= 4; fold++) {
      PairDataset esc10 =
          new Esc50Factory()
              .open(
                  new Esc50Config(
                      data + "/esc10",
                      "meta/esc10.csv",
                      "audio",
                      fold,
                      null,
                      List.of("this is a sound of {}"),
                      List.of(),
                      OnBadClip.FAIL),
                  new FfmpegAudioReader());

      assertEquals(240, esc10.train().size());
      assertEquals(80, esc10.test().size());
      assertEquals(10, Objects.requireNonNull(esc10.testTask()).classNames().size());
    }
  }

  private static List<String> names(List<AudioTextPair> pairs) {
    return pairs.stream()
        .map(pair -> Path.of(pair.clip().name()).getFileName().toString())
        .toList();
  }
}
