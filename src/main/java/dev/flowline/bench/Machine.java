package dev.flowline.bench;

import dev.flowline.internal.Processors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The machine of a measurement.
 *
 * @param cpu its name, as the kernel has it
 * @param vectors the vector instructions that matter to the engines
 * @param processors that this process may use
 * @param memoryGib of the machine
 * @param system its distribution
 */
public record Machine(
    String cpu, List<String> vectors, int processors, long memoryGib, String system) {
  private static final List<String> VECTORS =
      List.of("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8");

  public Machine {
    vectors = List.copyOf(vectors);
  }

  /** Returns this machine; what the system does not say is empty, or 0. */
  public static Machine read() throws IOException {
    List<String> flags = List.of(value("/proc/cpuinfo", "flags", ":").split(" "));
    String memory = value("/proc/meminfo", "MemTotal", ":").replaceAll("\\D", "");
    return new Machine(
        value("/proc/cpuinfo", "model name", ":"),
        VECTORS.stream().filter(flags::contains).toList(),
        Processors.available(),
        memory.isEmpty() ? 0 : Math.round(Long.parseLong(memory) / 1048576.0),
        value("/etc/os-release", "PRETTY_NAME", "=").replace("\"", ""));
  }

  /** The first value of a key; empty if file or key is not there. */
  private static String value(String file, String key, String separator) throws IOException {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      return "";
    }
    return Files.readAllLines(path).stream()
        .map(line -> line.split(separator, 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst()
        .orElse("");
  }

  /** Returns the machine in one line. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "%s (%s), %s processors, %s GiB, %s",
        cpu,
        String.join(", ", vectors),
        processors,
        memoryGib,
        system);
  }
}
