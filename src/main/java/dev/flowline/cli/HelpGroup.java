package dev.flowline.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The groups of options in a command's help, in the order in which they stand there. */
enum HelpGroup {
  /** The options that a first user needs; an option without a group is one of these. */
  COMMON("Options:"),
  TRAINING("Training:"),
  THRESHOLD("Threshold:"),
  VIEW("Field of view:"),
  GENERAL("General:"),
  /** The options that only a study of the method needs. */
  RESEARCH("Research switches:");

  private final String heading;

  HelpGroup(String heading) {
    this.heading = heading;
  }

  String heading() {
    return heading;
  }

  /** The group of an option, on its field, or of all options of a class. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.FIELD, ElementType.TYPE})
  @interface In {
    HelpGroup value();
  }
}
