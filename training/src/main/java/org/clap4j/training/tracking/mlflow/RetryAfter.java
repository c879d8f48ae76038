package org.clap4j.training.tracking.mlflow;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Reads the header {@code Retry-After}: seconds, or a date of HTTP, which counts from the answer's
 * own {@code Date} so that clocks may differ. After RFC 9110, section 10.2.3.
 */
final class RetryAfter {

  /** What is longer is taken for a mistake. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String SECONDS = "[0-9]{1,9}";

  private RetryAfter() {}

  /** How long the server asks to be left alone; zero if it does not, or not legibly. */
  static Duration of(HttpHeaders answer, Instant now) {
    Optional<String> header = answer.firstValue("Retry-After").map(String::strip);
    if (header.isEmpty()) {
      return Duration.ZERO;
    }
    Duration asked =
        header.get().matches(SECONDS)
            ? Duration.ofSeconds(Long.parseLong(header.get()))
            : until(header.get(), answer.firstValue("Date").flatMap(RetryAfter::date).orElse(now));
    return asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }

  private static Duration until(String date, Instant from) {
    return date(date).map(then -> Duration.between(from, then)).orElse(Duration.ZERO);
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
