package dev.flowline.runtime;

/** The version of Flowline, as the manifest of its jar has it. */
public final class FlowlineVersion {
  private FlowlineVersion() {}

  /** Returns the version, or "development" if the classes do not come from a jar. */
  public static String current() {
    String version = FlowlineVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
