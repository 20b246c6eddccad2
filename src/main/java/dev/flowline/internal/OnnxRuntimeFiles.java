package dev.flowline.internal;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;

/**
 * What ONNX Runtime finds when it starts: its native libraries in JavaCPP's cache, and no consent
 * to report its use. By itself it copies its 28 MB out of the jar at each start, and leaves a
 * folder in the temporary one.
 */
public final class OnnxRuntimeFiles {
  private static final String FOLDER = "onnxruntime.native.path";
  private static final String[] OF_THE_USER = {
    FOLDER, "onnxruntime.native.onnxruntime.path", "onnxruntime.native.onnxruntime4j_jni.path"
  };

  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private OnnxRuntimeFiles() {}

  /**
   * Sets the environment variable ORT_DISABLE_TELEMETRY to 1, unless the user has set it. From 1.29
   * on ONNX Runtime reports its use to its makers, and keeps a file for that, for accounts without
   * a home in the working directory. To be called before ONNX Runtime is started.
   */
  public static void disableTelemetry() {
    if (LibC.setenv(NO_TELEMETRY, "1", 0) != 0) {
      throw new IllegalStateException("cannot set the environment variable " + NO_TELEMETRY);
    }
  }

  /**
   * Has ONNX Runtime load its libraries from the cache, if the jar on the class path has those of
   * this platform and no system property says where they are. To be called before ONNX Runtime is
   * used; it loads nothing itself.
   *
   * @throws UnsatisfiedLinkError if the cache cannot be used
   */
  public static void useCache() {
    for (String property : OF_THE_USER) {
      if (System.getProperty(property) != null) {
        return;
      }
    }
    Natives.prepareLoading();
    File folder = null;
    for (String library : new String[] {"libonnxruntime.so", "libonnxruntime4j_jni.so"}) {
      URL resource =
          OnnxRuntimeFiles.class.getResource(
              "/ai/onnxruntime/native/" + platform() + "/" + library);
      if (resource == null) {
        return;
      }
      try {
        folder = Loader.cacheResource(resource).getParentFile();
      } catch (IOException e) {
        UnsatisfiedLinkError error =
            new UnsatisfiedLinkError("cannot extract " + resource + " to JavaCPP's cache: " + e);
        error.initCause(e);
        throw error;
      }
    }
    System.setProperty(FOLDER, folder.getPath());
  }

  /** Returns ONNX Runtime's name of this platform. */
  private static String platform() {
    return Loader.getPlatform().replace("x86_64", "x64").replace("arm64", "aarch64");
  }
}
