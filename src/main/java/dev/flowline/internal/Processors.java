package dev.flowline.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How many processors there are to compute on. */
public final class Processors {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processors() {}

  /** Processors that this process may use: affinity and the container's limit count. */
  public static int available() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Cores of the machine. Two hyper-threads share the vector units that convolutions live on, so
   * threads beyond the cores only get into each other's way.
   */
  public static int cores() {
    try {
      return cores(Files.readAllLines(CPU_INFO));
    } catch (IOException e) {
      return available();
    }
  }

  /** OMP_NUM_THREADS where it is set, otherwise one for each core that this process may use. */
  public static int defaultThreads() {
    String asked = System.getenv("OMP_NUM_THREADS");
    if (asked != null && asked.matches("[1-9]\\d{0,4}(,.*)?")) { // one number for each level
      return Integer.parseInt(asked.split(",")[0]);
    }
    return Math.max(1, Math.min(cores(), available()));
  }

  static int cores(List<String> cpuInfo) {
    Set<String> cores = new HashSet<>();
    String socket = "";
    int processors = 0;
    for (String line : cpuInfo) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.startsWith("processor")) {
        processors++;
      } else if (line.startsWith("physical id")) {
        socket = value;
      } else if (line.startsWith("core id")) {
        cores.add(socket + ":" + value);
      }
    }
    // Virtual machines and ARM may not tell their cores.
    return cores.isEmpty() ? Math.max(1, processors) : cores.size();
  }
}
