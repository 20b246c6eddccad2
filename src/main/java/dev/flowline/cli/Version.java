package dev.flowline.cli;

import picocli.CommandLine.IVersionProvider;

/** Flowline's version as the jar's manifest has it, and the Java that runs it. */
final class Version implements IVersionProvider {
  /** The version, or "development" where the classes do not come from a jar. */
  static String ofFlowline() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "flowline " + ofFlowline() + " (Java " + Runtime.version().toString() + ")"
    };
  }
}
