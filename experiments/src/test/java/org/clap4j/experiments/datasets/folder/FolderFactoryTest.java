package org.clap4j.experiments.datasets.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.core.data.PairDataset;
import org.clap4j.experiments.datasets.ClipFolder;
import org.clap4j.experiments.datasets.DatasetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFactoryTest {

  private final Path root;

  FolderFactoryTest(@TempDir Path root) {
    this.root = root;
  }

  private PairDataset open(SplitBy splitBy, double validation, double test) throws IOException {
    return new FolderFactory()
        .open(
            new FolderConfig(root.toString(), splitBy, validation, test, 0, OnBadClip.FAIL),
            ClipFolder.READER);
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(DatasetException.class, () -> open(SplitBy.PATH, 0, 0)).getMessage());
  }

  @Test
  void captionsStandBesideTheClipInTextOrJson() throws IOException {
    new ClipFolder(root)
        .clips("a.wav", "deep/er/b.FLAC", "c.ogg", "d.mp3")
        .file("a.txt", "\uFEFFone\r\n\r\n two \n")
        .file("deep/er/b.json", "{\"caption\": \"a bird\", \"tags\": [\"x\"]}")
        .file("c.json", "{\"captions\": [\"rain\", \"heavy rain\"]}")
        .file("d.json", "{\"text\": [\"a song\"]}")
        .file("README.md", "not a clip");

    PairDataset data = open(SplitBy.PATH, 0, 0);

    assertEquals(
        List.of(
            List.of("one", "two"),
            List.of("rain", "heavy rain"),
            List.of("a song"),
            List.of("a bird")),
        data.train().stream().map(AudioTextPair::captions).toList());
  }

  @Test
  void subFoldersAreTheSplits() throws IOException {
    new ClipFolder(root)
        .clips("train/a.wav", "train/x/b.wav", "validation/c.wav", "test/d.wav")
        .file("train/a.txt", "a")
        .file("train/x/b.txt", "b")
        .file("validation/c.txt", "c")
        .file("test/d.txt", "d");

    PairDataset data = open(SplitBy.SUB_FOLDER, 0, 0);

    assertEquals(2, data.train().size());
    assertEquals(List.of("c"), data.validation().get(0).captions());
    assertEquals(List.of("d"), data.test().get(0).captions());
  }

  @Test
  void clipOutsideOfTheSplitsIsRefused() {
    new ClipFolder(root).clips("train/a.wav", "b.wav").file("train/a.txt", "a").file("b.txt", "b");

    DatasetException e = assertThrows(DatasetException.class, () -> open(SplitBy.SUB_FOLDER, 0, 0));

    assertEquals(
        root.resolve("b.wav") + " is in none of the folders train, validation and test of " + root,
        e.getMessage());
  }

  @Test
  void splitByPathDoesNotMoveClipsWhenOthersCome() throws IOException {
    ClipFolder folder = new ClipFolder(root);
    for (int i = 0; i < 100; i++) {
      folder.clips(i + ".wav").file(i + ".txt", "clip " + i);
    }
    List<String> before = names(open(SplitBy.PATH, 0.2, 0.2).test());
    folder.clips("new.wav").file("new.txt", "new");
    PairDataset after = open(SplitBy.PATH, 0.2, 0.2);

    assertTrue(names(after.test()).containsAll(before));
    assertEquals(101, after.train().size() + after.validation().size() + after.test().size());
    assertTrue(before.size() > 5 && before.size() < 40, "about a fifth: " + before.size());
  }

  @Test
  void clipWithoutCaptionsIsRefusedWithItsPath() {
    new ClipFolder(root).clips("a.wav");
    assertEquals(
        root.resolve("a.wav") + " has no captions; write them to a.txt beside it, one a line",
        refusal());

    new ClipFolder(root).file("a.txt", " \n\n");
    assertEquals(
        root.resolve("a.txt") + " holds no caption; every clip needs one or more", refusal());

    new ClipFolder(root).file("a.json", "{\"title\": \"x\"}");
    assertEquals(root.resolve("a.json") + " has none of caption, captions and text", refusal());

    new ClipFolder(root).file("a.json", "[1]");
    assertEquals(
        root.resolve("a.json")
            + " is not a JSON object with captions as text: Not a JSON Object: [1]",
        refusal());
  }

  @Test
  void folderWithoutClipsIsRefused() {
    assertEquals(root + " holds no audio files", refusal());
    DatasetException e =
        assertThrows(
            DatasetException.class,
            () ->
                new FolderFactory()
                    .open(
                        new FolderConfig(root + "/nowhere", SplitBy.PATH, 0, 0, 0, OnBadClip.FAIL),
                        ClipFolder.READER));
    assertEquals(root.resolve("nowhere") + ": no such folder", e.getMessage());
  }

  private static List<String> names(List<AudioTextPair> pairs) {
    return pairs.stream().map(pair -> pair.clip().name()).toList();
  }
}
