package org.clap4j.core.io;

import java.util.List;
import java.util.Map;

/**
 * Values of an {@link Unpickler} as the collections that they are; ClassCastException otherwise.
 */
final class PickleCollections {

  private PickleCollections() {}

  @SuppressWarnings("unchecked") // the unpickler makes lists of objects only
  static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  @SuppressWarnings("unchecked") // the unpickler makes maps from texts to objects only
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  static List<Long> longs(Object value) {
    return list(value).stream().map(Long.class::cast).toList();
  }
}
