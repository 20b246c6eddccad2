package dev.flowline.runtime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time that files of Flowline record; SOURCE_DATE_EPOCH makes it the same in each run. */
public final class RecordedTime {
  private RecordedTime() {}

  /**
   * Returns the time that a new record gets, in whole seconds: that of SOURCE_DATE_EPOCH if it is
   * set, or now.
   *
   * @throws IllegalArgumentException if SOURCE_DATE_EPOCH is no number of seconds
   */
  public static Instant now() {
    String epoch = System.getenv("SOURCE_DATE_EPOCH");
    if (epoch == null || epoch.isBlank()) {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(epoch.strip()));
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(
          "SOURCE_DATE_EPOCH must be a number of seconds since 1970, got '" + epoch + "'", e);
    }
  }
}
