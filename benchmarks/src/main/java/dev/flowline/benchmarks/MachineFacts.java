package dev.flowline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a figure depends on besides the code.
 *
 * @param cpu its name, as the kernel has it
 * @param vectors the widest vector instructions that matter to LibTorch
 * @param cores available to this process
 * @param memoryGib of the machine
 * @param system its distribution
 * @param jdk vendor and version
 */
public record MachineFacts(
    String cpu, String vectors, int cores, long memoryGib, String system, String jdk) {
  private static final List<String> VECTORS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

  /** Reads them from the system. */
  public static MachineFacts read() throws IOException {
    String flags = " " + value("/proc/cpuinfo", "flags", ":") + " ";
    String memory = value("/proc/meminfo", "MemTotal", ":").replaceAll("\\D", "");
    return new MachineFacts(
        value("/proc/cpuinfo", "model name", ":"),
        String.join(", ", VECTORS.stream().filter(v -> flags.contains(" " + v + " ")).toList()),
        Runtime.getRuntime().availableProcessors(),
        memory.isEmpty() ? 0 : Math.round(Long.parseLong(memory) / 1048576.0),
        value("/etc/os-release", "PRETTY_NAME", "=").replace("\"", ""),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
  }

  /** The first value of that key; empty where file or key is not there. */
  private static String value(String file, String key, String separator) throws IOException {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      return "";
    }
    return Files.readAllLines(path).stream()
        .filter(line -> line.split(separator, 2)[0].strip().equals(key))
        .map(line -> line.split(separator, 2)[1].strip())
        .findFirst()
        .orElse("");
  }

  @Override
  public String toString() {
    return "%s (%s), %d cores, %d GiB, %s, JDK %s"
        .formatted(cpu, vectors, cores, memoryGib, system, jdk);
  }
}
