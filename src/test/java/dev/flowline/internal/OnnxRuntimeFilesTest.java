package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.nn.OnnxModel;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeFilesTest {
  @TempDir private Path folder;

  /** The error is that of the other native libraries, whose caller has an answer to it. */
  @Test
  void aCacheThatCannotBeUsedIsALinkError() throws Exception {
    URL inside = OnnxRuntimeFiles.class.getResource("/ai/onnxruntime/OrtEnvironment.class");
    Matcher jar = Pattern.compile("/([^/]+\\.jar)!").matcher(inside.toString());
    assertTrue(jar.find(), inside.toString());
    Files.createFile(folder.resolve(jar.group(1))); // where the folder of its libraries would be
    var outcome =
        ChildJvm.run(
            ChildJvm.of(UseCache.class, 0, List.of("-Dorg.bytedeco.javacpp.cachedir=" + folder)));
    assertEquals(0, outcome.exitCode(), outcome.output());
    String said = "UnsatisfiedLinkError: cannot extract ";
    assertTrue(outcome.output().contains(said), outcome.output());
  }

  /** No line PC reports its use to anybody, unless its user wants that. */
  @Test
  void onnxRuntimeIsStartedWithoutTelemetry() {
    assertTrue(OnnxModel.runtimeVersion().startsWith("1."));
    String user = System.getenv("ORT_DISABLE_TELEMETRY");
    assertEquals(user == null ? "1" : user, LibC.getenv("ORT_DISABLE_TELEMETRY"));
  }

  /** Uses the cache, and prints what is thrown. */
  static final class UseCache {
    public static void main(String[] arguments) {
      try {
        OnnxRuntimeFiles.useCache();
      } catch (Throwable e) {
        System.out.println(e);
      }
    }
  }
}
