package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.util.Objects;

/**
 * The facts that an {@link InspectionLine} knows about a part: when it came, and how long it took.
 *
 * @param number of the part among all that the line has accepted since it began, from 1 on
 * @param triggeredAt when the camera was triggered, UTC
 * @param deadlineMillis how long after the trigger the answer was wanted; null for no deadline
 * @param waitedMillis from acceptance until a worker took the part; null if none did by the
 *     deadline
 * @param answeredMillis from the trigger to the answer
 * @param together how many images were inspected together, this one included; 0 if none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LineFacts(
    long number,
    @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(using = Inspection.InstantReader.class)
        Instant triggeredAt,
    Double deadlineMillis,
    Double waitedMillis,
    double answeredMillis,
    int together) {
  public LineFacts {
    Objects.requireNonNull(triggeredAt, "triggeredAt");
    if (number < 1) {
      throw new IllegalArgumentException("number must be at least 1, got " + number);
    }
    if (together < 0) {
      throw new IllegalArgumentException("together must be at least 0, got " + together);
    }
  }
}
