package dev.flowline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * The result of one check.
 *
 * @param name the thing that was checked
 * @param found what is there
 * @param why what is wrong with it; null if all is well
 * @param fix what to do about it; null if there is nothing to do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(String name, Status status, String found, String why, String fix) {
  public Finding {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(found, "found");
  }

  static Finding ok(String name, String found) {
    return new Finding(name, Status.OK, found, null, null);
  }

  static Finding warning(String name, String found, String why, String fix) {
    return new Finding(name, Status.WARNING, found, why, fix);
  }

  static Finding failure(String name, String found, String why, String fix) {
    return new Finding(name, Status.FAILURE, found, why, fix);
  }
}
