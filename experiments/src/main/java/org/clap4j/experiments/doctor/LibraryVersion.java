package org.clap4j.experiments.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Versions of libraries, as their jars state them. */
public final class LibraryVersion {

  private LibraryVersion() {}

  /** The version of a Maven artifact on the class path; {@code unknown} if its jar has none. */
  public static String of(String group, String artifact) {
    String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream stream = LibraryVersion.class.getResourceAsStream(path)) {
      if (stream == null) {
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
