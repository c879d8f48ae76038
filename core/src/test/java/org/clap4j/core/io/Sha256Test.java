package org.clap4j.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class Sha256Test {

  /** By {@code printf abc | sha256sum} and {@code printf ä | sha256sum} in UTF-8. */
  @Test
  void textsHaveTheDigestsOfTheirUtf8() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sha256.ofText("abc"));
    assertEquals(
        "33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc", Sha256.ofText("ä"));
  }
}
