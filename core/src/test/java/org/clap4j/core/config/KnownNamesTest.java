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

  @Test
  void messageSaysThatThereIsNoneToChooseFrom() {
    assertEquals(
        "data.roots is not known; known: none",
        KnownNames.notKnown("data.roots", "roots", List.of()));
  }

  @ParameterizedTest
  @CsvSource({"HTSAT,htsat", "hts-at,htsat", "cnn-10,cnn10", "cn14,cnn14", "x,"})
  void closestIsTheNameWithTheFewestSlips(String name, String expected) {
    assertEquals(Optional.ofNullable(expected), KnownNames.closest(name, KNOWN));
  }

  @Test
  void swappedNeighboursAreOneSlip() {
    assertEquals(Optional.of("lr"), KnownNames.closest("rl", List.of("lr", "batch")));
  }

  @Test
  void underscoreCountsAsHyphen() {
    List<String> known = List.of("n-f-s", "m-x-s");
    assertEquals(Optional.of("n-f-s"), KnownNames.closest("n_f_s", known));
  }

  @Test
  void firstInTheAlphabetIsTakenOfNamesThatAreAsNear() {
    assertEquals(Optional.of("cnn10"), KnownNames.closest("cnn1", KNOWN));
  }
}
