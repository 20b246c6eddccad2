package dev.flowline.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The processors of this machine, and how many this process may use. */
public final class Processors {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processors() {}

  /**
   * Returns how many processors this process may use, by its affinity and its container's limit.
   */
  public static int available() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Returns the number of cores of the machine. Two hyper-threads share the vector units that
   * convolutions need, so that more threads than cores only slow each other down.
   */
  public static int cores() {
    try {
      return cores(Files.readAllLines(CPU_INFO));
    } catch (IOException e) {
      return available();
    }
  }

  /**
   * Returns OMP_NUM_THREADS if it is set, otherwise one for each core that this process may use.
   */
  public static int defaultThreads() {
    String requested = System.getenv("OMP_NUM_THREADS");
    if (requested != null && requested.matches("[1-9]\\d{0,4}(,.*)?")) { // a number per level
      return Integer.parseInt(requested.split(",")[0]);
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
    // Virtual machines and ARM processors may not report their cores.
    return cores.isEmpty() ? Math.max(1, processors) : cores.size();
  }
}
