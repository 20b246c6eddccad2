package dev.flowline.internal;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * Mirror of {@code flowline.h}, function by function; the JNI compiler holds the one against the
 * other.
 */
@Platform(include = "flowline/flowline.h", link = "flowline")
public final class LibFlowline {
  static {
    Loader.load();
  }

  private LibFlowline() {}

  public static native @Cast("const char*") String flowline_version();
}
