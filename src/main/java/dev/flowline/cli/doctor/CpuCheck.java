package dev.flowline.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The check of the processor's vector instructions, which convolutions use. */
record CpuCheck(String model, Set<String> flags) implements Check {
  private static final List<String> REPORTED =
      List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile");

  static CpuCheck ofThisMachine() {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      lines = List.of();
    }
    return of(lines);
  }

  static CpuCheck of(List<String> cpuInfo) {
    return new CpuCheck(
        value(cpuInfo, "model name", "unknown processor"),
        Set.of(value(cpuInfo, "flags", "").split("\\s+")));
  }

  private static String value(List<String> cpuInfo, String key, String otherwise) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith(key) && line.contains(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  @Override
  public List<Finding> findings() {
    List<String> there = REPORTED.stream().filter(flags::contains).toList();
    String found = model + ", " + (there.isEmpty() ? "no AVX2" : String.join(" ", there));
    if (flags.contains("avx2")) {
      return List.of(Finding.ok("cpu", found));
    }
    return List.of(
        Finding.warning(
            "cpu",
            found,
            "without AVX2 LibTorch is several times slower",
            "use a processor with AVX2 (most since 2013); in a virtual machine, pass the CPU of the host through"));
  }
}
