package org.clap4j.experiments.datasets.esc50;

import java.util.List;
import org.clap4j.core.config.Key;
import org.clap4j.core.data.OnBadClip;
import org.clap4j.experiments.datasets.FoldSplit;
import org.clap4j.experiments.datasets.PromptTemplates;
import org.jspecify.annotations.Nullable;

/** Options of data in ESC-50's layout; the components say what they mean. */
public record Esc50Config(
    @Key("folder that holds the labels and the audio folder") String root,
    @Key(
            value = "CSV of labels below root, with the columns filename, fold, target, category",
            defaultValue = "meta/esc50.csv")
        String meta,
    @Key(value = "folder of the clips below root", defaultValue = "audio") String audioDir,
    @Key(value = "fold to report on; never trained on", defaultValue = "5") int testFold,
    @Key(
            value = "fold to watch and to choose checkpoints by; null: none, it is trained on",
            defaultValue = "null")
        @Nullable Integer validationFold,
    @Key(
            value = "prompts of a class at test time, averaged; {} stands for its name",
            defaultValue = "[\"this is a sound of {}\"]")
        List<String> templates,
    @Key(value = "captions of a clip in training; empty: the templates", defaultValue = "[]")
        List<String> trainTemplates,
    @Key(value = "fail or skip when clips are missing or damaged", defaultValue = "fail")
        OnBadClip onBadClip) {

  /** Checks the folds and the templates. */
  public Esc50Config {
    FoldSplit unused = new FoldSplit(testFold, validationFold);
    templates = new PromptTemplates(templates).templates();
    trainTemplates =
        trainTemplates.isEmpty() ? templates : new PromptTemplates(trainTemplates).templates();
  }

  /** What becomes of each fold. */
  FoldSplit folds() {
    return new FoldSplit(testFold, validationFold);
  }

  /** The same data with another fold to report on, and none to watch. */
  Esc50Config testedOn(int fold) {
    return new Esc50Config(root, meta, audioDir, fold, null, templates, trainTemplates, onBadClip);
  }
}
