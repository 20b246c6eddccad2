package dev.flowline.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one process measured.
 *
 * @param date of its begin, UTC
 * @param settings variables of the environment that change what LibTorch computes with
 */
record PeerRun(
    String machine, String date, Map<String, String> settings, List<Comparison> comparisons) {
  /** Variables that choose instructions or how threads wait. */
  static final List<String> VARIABLES =
      List.of(
          "ATEN_CPU_CAPABILITY",
          "ONEDNN_MAX_CPU_ISA",
          "OPENBLAS_CORETYPE",
          "FLOWLINE_INSTRUCTION_SET",
          "GOMP_SPINCOUNT",
          "OPENBLAS_THREAD_TIMEOUT",
          "OMP_WAIT_POLICY");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * @throws IOException naming the file, if it cannot be read
   */
  static PeerRun read(Path file) throws IOException {
    try {
      return JSON.readValue(file.toFile(), PeerRun.class);
    } catch (IOException e) {
      throw new IOException(file + " is no result of --peer: " + e.getMessage(), e);
    }
  }

  /**
   * @throws IOException naming the file, if it cannot be written
   */
  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
