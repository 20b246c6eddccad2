package dev.flowline.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The entry for Jazzer, which finds it by its method. The environment names the reader; see
 * src/test/sh/fuzz-java.sh.
 */
public final class ReaderFuzzer {
  private static final Reader READER = Reader.valueOf(System.getenv("FLOWLINE_FUZZ_READER"));
  private static final Path FILE = file();

  private ReaderFuzzer() {}

  /** Loads the native libraries, so that no input is blamed for the time that this takes. */
  public static void fuzzerInitialize() throws IOException {
    READER.accepts(Seeds.good(READER).get(0), FILE);
  }

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    READER.accepts(data, FILE);
  }

  private static Path file() {
    try {
      Path folder = Files.createTempDirectory("flowline-fuzz");
      folder.toFile().deleteOnExit();
      return folder.resolve("input");
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
