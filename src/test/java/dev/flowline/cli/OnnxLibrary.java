package dev.flowline.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** ONNX Runtime's library as a file, out of its jar, for programs that open it themselves. */
final class OnnxLibrary {
  private static final String RESOURCE = "/ai/onnxruntime/native/linux-x64/libonnxruntime.so";

  private OnnxLibrary() {}

  /** Returns the file, which is deleted when this process ends. */
  static Path file() {
    return Extracted.FILE;
  }

  private static final class Extracted {
    static final Path FILE = extract();

    private static Path extract() {
      try (InputStream library = OnnxLibrary.class.getResourceAsStream(RESOURCE)) {
        Path file = Files.createTempFile("libonnxruntime", ".so");
        file.toFile().deleteOnExit();
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
