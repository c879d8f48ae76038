package org.clap4j.experiments.datasets.synthetic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.ZeroShotTask;
import org.jspecify.annotations.Nullable;

/**
 * Classification of scenes by all their captions together. The attributes tell which part of a
 * scene was got right, whatever became of the rest.
 */
final class SceneTask {

  private static final Map<String, Function<Scene, Object>> ATTRIBUTES =
      Map.of(
          "background", Scene::background,
          "relation", Scene::relation,
          "kinds", scene -> ofEvents(scene, SoundEvent::kind),
          "pitch", scene -> ofEvents(scene, SoundEvent::pitch),
          "rate", scene -> ofEvents(scene, SoundEvent::rate),
          "loudness", scene -> ofEvents(scene, SoundEvent::loudness));

  private SceneTask() {}

  /** Makes a task with a class per scene, or null if there are none. */
  static @Nullable ZeroShotTask of(List<Scene> scenes, List<AudioTextPair> pairs) {
    if (scenes.isEmpty()) {
      return null;
    }
    Map<String, List<Integer>> attributes = new LinkedHashMap<>();
    ATTRIBUTES.forEach((name, part) -> attributes.put(name, groups(scenes, part)));
    return new ZeroShotTask(
        pairs.stream().map(pair -> pair.captions().get(0)).toList(),
        pairs.stream().map(AudioTextPair::captions).toList(),
        IntStream.range(0, scenes.size()).boxed().toList(),
        attributes);
  }

  private static Object ofEvents(Scene scene, Function<SoundEvent, Object> part) {
    return scene.events().stream().map(part).toList();
  }

  private static List<Integer> groups(List<Scene> scenes, Function<Scene, Object> part) {
    List<Object> values = scenes.stream().map(part).distinct().toList();
    List<Integer> groups = new ArrayList<>();
    for (Scene scene : scenes) {
      groups.add(values.indexOf(part.apply(scene)));
    }
    return groups;
  }
}
