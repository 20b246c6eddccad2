package dev.flowline.cli;

import dev.flowline.runtime.FlowlineVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of Flowline as the jar's manifest has it, and the Java that runs it. */
final class Version implements IVersionProvider {
  /** Returns the version, or "development" if the classes do not come from a jar. */
  static String ofFlowline() {
    return FlowlineVersion.current();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "flowline " + ofFlowline() + " (Java " + Runtime.version().toString() + ")"
    };
  }
}
