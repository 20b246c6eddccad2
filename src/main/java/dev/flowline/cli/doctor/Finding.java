package dev.flowline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * What one check found.
 *
 * @param name what was looked at
 * @param found what is there
 * @param why what is wrong with it; null where all is well
 * @param mend what to do about it; null where there is nothing to do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(String name, Status status, String found, String why, String mend) {
  public Finding {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(found, "found");
  }

  static Finding ok(String name, String found) {
    return new Finding(name, Status.OK, found, null, null);
  }

  static Finding warning(String name, String found, String why, String mend) {
    return new Finding(name, Status.WARNING, found, why, mend);
  }

  static Finding failure(String name, String found, String why, String mend) {
    return new Finding(name, Status.FAILURE, found, why, mend);
  }
}
