package org.clap4j.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownNamesTest {

  private static final List<String> KNOWN = List.of("cnn14", "cnn10", "htsat");

  @Test
  void messageListsWhatIsKnownAndGuesses() {
    assertEquals(
        "audio-encoder.type 'cn14' is not known; known: cnn14, cnn10, htsat. Did you mean"
            + " 'cnn14'?",
        KnownNames.unknown("audio-encoder.type", "cn14", KNOWN));
  }

  @Test
  void messageGuessesNothingWhenNothingIsNear() {
    assertEquals(
        "audio-encoder.type 'wavlm' is not known; known: cnn14, cnn10, htsat",
        KnownNames.unknown("audio-encoder.type", "wavlm", KNOWN));
  }

  @ParameterizedTest
  @CsvSource({"cnn1,cnn14", "HTSAT,htsat", "hts-at,htsat", "cnn-10,cnn10", "x,"})
  void closestIsTheNameWithTheFewestEdits(String name, String expected) {
    assertEquals(Optional.ofNullable(expected), KnownNames.closest(name, KNOWN));
  }
}
