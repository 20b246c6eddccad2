package dev.flowline.cli.doctor;

import java.util.List;

/** The check of the Java that runs Flowline. */
record JdkCheck(int feature, String version, String vendor, String home) implements Check {
  static final int NEEDED = 17;

  static JdkCheck ofThisJvm() {
    return new JdkCheck(
        Runtime.version().feature(),
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        System.getProperty("java.home"));
  }

  @Override
  public List<Finding> findings() {
    String found = version + ", " + vendor + ", " + home;
    if (feature < NEEDED) {
      return List.of(
          Finding.failure(
              "jdk",
              found,
              "Flowline needs Java " + NEEDED + " or newer",
              "install a newer JDK and set JAVA_HOME to it"));
    }
    return List.of(Finding.ok("jdk", found));
  }
}
