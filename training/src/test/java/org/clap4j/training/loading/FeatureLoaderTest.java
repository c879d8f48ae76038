package org.clap4j.training.loading;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.ClipCrop;
import org.clap4j.core.audio.ClipFill;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LogMelSpectrogram;
import org.clap4j.core.audio.LongClips;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.training.augment.AugmentationConfig;
import org.clap4j.training.augment.NoiseConfig;
import org.clap4j.training.augment.SameCaptionMixConfig;
import org.clap4j.training.augment.SpecAugmentConfig;
import org.clap4j.training.augment.StripeFill;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureLoaderTest {

  private static final LogMelSettings FRONT_END = LogMelSettings.preset("panns");
  private static final ClipLength LENGTH =
      new ClipLength(0.2, ClipFill.REPEAT_PAD, ClipCrop.RANDOM, LongClips.WINDOWS);
  private static final AudioInput INPUT = new AudioInput(FRONT_END, LENGTH, false);

  /** For encoders that fuse long clips; tones from number 3 on are longer than the window. */
  private static final AudioInput FUSED = new AudioInput(FRONT_END, LENGTH, true);

  private static final AugmentationConfig ALL_AUGMENTATION =
      new AugmentationConfig(
          6,
          1,
          0.2,
          new SameCaptionMixConfig(0.5, 0, 10),
          new NoiseConfig(0.5, null, 0, 10),
          new SpecAugmentConfig(1, 5, 1, 5, StripeFill.MEAN));

  private final Path directory;

  FeatureLoaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static List<AudioTextPair> pairs(int count, int bad) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new AudioTextPair(
                    new ToneClip(i, 0.1 + 0.05 * i, i == bad ? "is damaged" : null),
                    List.of("tone " + i, "a tone of number " + i)))
        .toList();
  }

  private static LoadingConfig config(OnBadClip bad, int threads, @Nullable Path cache) {
    return new LoadingConfig(KeepApart.NOTHING, bad, threads, 2, 1, cache);
  }

  private static FeatureLoader loader(
      List<AudioTextPair> pairs,
      AugmentationConfig augmentation,
      LoadingConfig config,
      BatchPosition start) {
    return loader(pairs, INPUT, augmentation, config, start);
  }

  private static FeatureLoader loader(
      List<AudioTextPair> pairs,
      AudioInput input,
      AugmentationConfig augmentation,
      LoadingConfig config,
      BatchPosition start) {
    return new FeatureLoader(
        pairs,
        new LetterTokenizer(),
        input,
        augmentation,
        List.of(),
        config,
        5,
        2,
        RandomSeed.of(7),
        start);
  }

  /** Everything of some steps, row by row. */
  private static List<float[]> rows(FeatureLoader loader, int steps) throws AudioException {
    List<float[]> rows = new ArrayList<>();
    try (loader) {
      for (int i = 0; i < steps; i++) {
        try (StepBatch step = loader.next()) {
          for (ContrastiveBatch chunk : step.chunks()) {
            float[] logMel = chunk.logMel().data().asFloat();
            int size = logMel.length / chunk.size();
            for (int n = 0; n < chunk.size(); n++) {
              rows.add(Arrays.copyOfRange(logMel, n * size, (n + 1) * size));
            }
          }
        }
      }
    }
    return rows;
  }

  private static void assertSameRows(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }

  @Test
  void stepHoldsItsPairsInChunks() throws Exception {
    try (FeatureLoader loader =
            loader(
                pairs(10, -1),
                AugmentationConfig.none(),
                LoadingConfig.plain(),
                BatchPosition.START);
        StepBatch step = loader.next()) {
      assertEquals(BatchPosition.START, step.position());
      assertEquals(new BatchPosition(0, 1), loader.position());
      assertEquals(2, loader.stepsPerEpoch());
      assertEquals(List.of(2, 2, 1), step.chunks().stream().map(ContrastiveBatch::size).toList());
      assertArrayEquals(new long[] {2, 1, 21, 64}, step.chunks().get(0).logMel().shape());
      assertEquals(0, step.duplicateShare());
      for (ContrastiveBatch chunk : step.chunks()) {
        for (int n = 0; n < chunk.size(); n++) {
          String name = chunk.clipNames().get(n);
          StringBuilder caption = new StringBuilder();
          for (int id : chunk.tokens().ids()[n]) {
            caption.append(id == 0 ? "" : Character.toString(id));
          }
          assertEquals(
              name.substring(name.indexOf('-') + 1),
              caption.substring(caption.lastIndexOf(" ") + 1));
        }
      }
    }
  }

  @Test
  void threadsDoNotChangeWhatIsLoaded() throws Exception {
    List<float[]> one =
        rows(
            loader(
                pairs(10, -1),
                ALL_AUGMENTATION,
                config(OnBadClip.FAIL, 1, null),
                BatchPosition.START),
            6);
    List<float[]> four =
        rows(
            loader(
                pairs(10, -1),
                ALL_AUGMENTATION,
                config(OnBadClip.FAIL, 4, null),
                BatchPosition.START),
            6);
    assertSameRows(one, four);
    assertFalse(Arrays.equals(one.get(0), one.get(10)));
  }

  @Test
  void resumedLoaderGoesOnAsIfNeverStopped() throws Exception {
    LoadingConfig config = config(OnBadClip.FAIL, 2, null);
    List<float[]> whole =
        rows(loader(pairs(10, -1), ALL_AUGMENTATION, config, BatchPosition.START), 6);
    List<float[]> rest =
        rows(loader(pairs(10, -1), ALL_AUGMENTATION, config, new BatchPosition(1, 1)), 3);
    assertSameRows(whole.subList(15, 30), rest);
  }

  @Test
  void badClipStopsTheRunByName() {
    try (FeatureLoader loader =
        loader(
            pairs(5, 3),
            AugmentationConfig.none(),
            config(OnBadClip.FAIL, 2, null),
            BatchPosition.START)) {
      assertEquals(
          "tone-3: is damaged", assertThrows(AudioException.class, loader::next).getMessage());
    }
  }

  @Test
  void badClipIsLeftOutWhereAsked() throws Exception {
    try (FeatureLoader loader =
            loader(
                pairs(5, 3),
                AugmentationConfig.none(),
                config(OnBadClip.SKIP, 2, null),
                BatchPosition.START);
        StepBatch step = loader.next()) {
      assertEquals(
          List.of("tone-0", "tone-1", "tone-2", "tone-4"),
          step.clipNames().stream().sorted().toList());
      assertEquals(4, step.ids().size());
    }
  }

  @Test
  void featureCacheGivesTheSameBitsAndSurvivesDamage() throws Exception {
    LoadingConfig cached = config(OnBadClip.FAIL, 2, directory);
    AugmentationConfig stripes =
        new AugmentationConfig(
            0,
            0,
            0,
            AugmentationConfig.none().sameCaptionMix(),
            AugmentationConfig.none().noise(),
            ALL_AUGMENTATION.specAugment());
    List<float[]> plain =
        rows(
            loader(pairs(10, -1), stripes, config(OnBadClip.FAIL, 2, null), BatchPosition.START),
            4);
    assertSameRows(plain, rows(loader(pairs(10, -1), stripes, cached, BatchPosition.START), 4));
    List<Path> entries = entries();
    assertEquals(3, entries.size()); // 0.1, 0.15 and 0.2 s: the other clips are cropped at random
    assertSameRows(plain, rows(loader(pairs(10, -1), stripes, cached, BatchPosition.START), 4));
    Files.write(entries.get(0), new byte[] {1, 2, 3});
    byte[] flipped = Files.readAllBytes(entries.get(1));
    flipped[100] ^= 1;
    Files.write(entries.get(1), flipped);
    assertSameRows(plain, rows(loader(pairs(10, -1), stripes, cached, BatchPosition.START), 4));
  }

  @Test
  void longClipsOfAFusingEncoderHaveFourLogMelsDrawnAnewEachEpoch() throws Exception {
    List<float[]> rows = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (FeatureLoader loader =
        loader(
            pairs(5, -1),
            FUSED,
            AugmentationConfig.none(),
            LoadingConfig.plain(),
            BatchPosition.START)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        try (StepBatch step = loader.next()) {
          for (ContrastiveBatch chunk : step.chunks()) {
            assertArrayEquals(new long[] {chunk.size(), 4, 21, 64}, chunk.logMel().shape());
            for (int n = 0; n < chunk.size(); n++) {
              float[] maps = chunk.logMel().slice(n).dup().data().asFloat();
              String name = chunk.clipNames().get(n);
              boolean isLonger = name.compareTo("tone-3") >= 0;
              assertEquals(isLonger, chunk.isLonger()[n], name);
              assertEquals(isLonger, !Arrays.equals(map(maps, 0), map(maps, 1)), name);
              rows.add(maps);
              names.add(name);
            }
          }
        }
      }
    }
    for (int n = 0; n < 5; n++) {
      int again = 5 + names.subList(5, 10).indexOf(names.get(n));
      assertArrayEquals(map(rows.get(n), 0), map(rows.get(again), 0), names.get(n));
      boolean isLonger = names.get(n).compareTo("tone-3") >= 0;
      assertEquals(isLonger, !Arrays.equals(rows.get(n), rows.get(again)), names.get(n));
    }
  }

  /** As transformers does, which looks at frames; its feature extractor crops other clips alone. */
  @Test
  void clipThatIsLongerByLessThanAHopIsTakenWholeWhereClipsAreFused() throws Exception {
    ToneClip clip = new ToneClip(1, 0.2 + 0.9 * FRONT_END.hopLength() / 32_000, null);
    float[] whole = new LogMelSpectrogram(FRONT_END).compute(clip.read(32_000).samples());
    List<AudioTextPair> pairs = List.of(new AudioTextPair(clip, List.of("a tone")));
    for (Path cache : Arrays.asList(null, directory, directory)) {
      LoadingConfig config = config(OnBadClip.FAIL, 2, cache);
      try (FeatureLoader loader =
          loader(pairs, FUSED, AugmentationConfig.none(), config, BatchPosition.START)) {
        for (int epoch = 0; epoch < 3; epoch++) {
          try (StepBatch step = loader.next()) {
            ContrastiveBatch chunk = step.chunks().get(0);
            assertFalse(chunk.isLonger()[0]);
            float[] maps = chunk.logMel().dup().data().asFloat();
            for (int which = 0; which < 4; which++) {
              assertArrayEquals(whole, map(maps, which));
            }
          }
        }
      }
    }
    assertEquals(1, entries().size());
  }

  private static float[] map(float[] maps, int which) {
    int size = maps.length / 4;
    return Arrays.copyOfRange(maps, which * size, (which + 1) * size);
  }

  @Test
  void featureCacheKeepsFusedClipsWhereNothingIsDrawn() throws Exception {
    AudioInput centred =
        new AudioInput(
            FRONT_END,
            new ClipLength(0.2, ClipFill.REPEAT_PAD, ClipCrop.CENTRE, LongClips.CENTRE),
            true);
    LoadingConfig cached = config(OnBadClip.FAIL, 2, directory);
    List<List<float[]>> runs = new ArrayList<>();
    for (LoadingConfig config : List.of(config(OnBadClip.FAIL, 2, null), cached, cached)) {
      runs.add(
          rows(
              loader(pairs(5, -1), centred, AugmentationConfig.none(), config, BatchPosition.START),
              1));
    }
    assertSameRows(runs.get(0), runs.get(1));
    assertSameRows(runs.get(0), runs.get(2));
    assertEquals(5, entries().size());
  }

  @Test
  void evaluationOfAFusingEncoderTakesLongClipsWholeAndDrawsNothing() throws Exception {
    List<AudioClip> clips = pairs(5, -1).stream().map(AudioTextPair::clip).toList();
    List<float[]> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (FeatureExtractor extractor = new FeatureExtractor(clips, FUSED, 5);
          ClipFeatures batch = extractor.next()) {
        assertEquals(List.of(0, 1, 2, 3, 4), batch.clipIndices());
        assertArrayEquals(new boolean[] {false, false, false, true, true}, batch.isLonger());
        runs.add(batch.logMel().data().asFloat());
      }
    }
    assertArrayEquals(runs.get(0), runs.get(1));
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void extractorGivesAllClipsInOrderWithTheirWindows() throws Exception {
    List<AudioClip> clips = pairs(7, -1).stream().map(AudioTextPair::clip).toList();
    List<Integer> indices = new ArrayList<>();
    try (FeatureExtractor extractor = new FeatureExtractor(clips, INPUT, 4)) {
      while (extractor.hasNext()) {
        try (ClipFeatures batch = extractor.next()) {
          assertEquals(batch.clipIndices().size(), batch.logMel().size(0));
          indices.addAll(batch.clipIndices());
        }
      }
    }
    assertEquals(List.of(0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 6), indices);
  }

  @Test
  void extractorNamesTheClipThatCannotBeRead() throws Exception {
    List<AudioClip> clips = pairs(4, 2).stream().map(AudioTextPair::clip).toList();
    try (FeatureExtractor extractor = new FeatureExtractor(clips, INPUT, 2)) {
      try (ClipFeatures first = extractor.next()) {
        assertEquals(List.of(0, 1), first.clipIndices());
      }
      assertEquals(
          "tone-2: is damaged", assertThrows(AudioException.class, extractor::next).getMessage());
    }
  }

  @Test
  void extractorOfNothingGivesNothing() throws Exception {
    try (FeatureExtractor extractor = new FeatureExtractor(List.of(), INPUT, 2)) {
      assertFalse(extractor.hasNext());
    }
  }
}
