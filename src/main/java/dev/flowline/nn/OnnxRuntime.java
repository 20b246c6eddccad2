package dev.flowline.nn;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.flowline.internal.OnnxRuntimeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** ONNX Runtime, of which a process has one. The library is an optional dependency. */
final class OnnxRuntime {
  private static OrtEnvironment environment; // null until it is needed

  private OnnxRuntime() {}

  /**
   * Returns the environment of the whole process; it prints nothing, since what fails is thrown. To
   * make it, ONNX Runtime matches the process's command line by a recursion that takes some 260
   * bytes of stack per character: many names of images would crash a thread with a usual stack.
   */
  static synchronized OrtEnvironment environment() {
    if (environment == null) {
      OnnxRuntimeFiles.useCache();
      OnnxRuntimeFiles.disableTelemetry();
      FutureTask<OrtEnvironment> made =
          new FutureTask<>(
              () ->
                  OrtEnvironment.getEnvironment(
                      OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "flowline"));
      new Thread(null, made, "onnxruntime", stackBytes()).start();
      try {
        environment = made.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException("ONNX Runtime does not start: " + e.getCause(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while ONNX Runtime starts", e);
      }
    }
    return environment;
  }

  private static long stackBytes() {
    try {
      return (8L << 20) + 512L * Files.readAllBytes(Path.of("/proc/self/cmdline")).length;
    } catch (IOException e) {
      return 64L << 20; // a system that does not show it
    }
  }

  /** Returns the whole message of ONNX Runtime in one line. */
  static String reason(OrtException e) {
    return e.getMessage() == null
        ? "nothing"
        : e.getMessage()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining(" "));
  }
}
