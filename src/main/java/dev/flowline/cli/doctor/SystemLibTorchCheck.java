package dev.flowline.cli.doctor;

import java.util.List;
import java.util.stream.Stream;

/**
 * The check for another LibTorch that the dynamic linker would find.
 *
 * @param linkerCache what {@code ldconfig -p} prints
 * @param libraryPath LD_LIBRARY_PATH and LD_PRELOAD; null if unset
 */
record SystemLibTorchCheck(String linkerCache, List<String> libraryPath) implements Check {
  private static final String NAME = "system libtorch";

  static SystemLibTorchCheck ofThisMachine() {
    String cache =
        Stream.of("ldconfig", "/sbin/ldconfig")
            .flatMap(program -> Command.run(program, "-p").stream())
            .map(Command::output)
            .findFirst()
            .orElse("");
    List<String> paths =
        Stream.of("LD_LIBRARY_PATH", "LD_PRELOAD")
            .filter(name -> System.getenv(name) != null && !System.getenv(name).isEmpty())
            .map(name -> name + "=" + System.getenv(name))
            .toList();
    return new SystemLibTorchCheck(cache, paths);
  }

  @Override
  public List<Finding> findings() {
    List<String> installed =
        linkerCache
            .lines()
            .filter(line -> line.strip().matches("lib(torch|c10)[_.\\w]*\\.so.*"))
            .map(line -> line.substring(line.indexOf("=>") + 2).strip())
            .toList();
    List<String> torchOnPath =
        libraryPath.stream().filter(path -> path.toLowerCase().contains("torch")).toList();
    if (!torchOnPath.isEmpty()) {
      return List.of(
          Finding.warning(
              NAME,
              String.join(", ", torchOnPath),
              "the linker prefers this LibTorch to that of Flowline",
              "unset LD_LIBRARY_PATH and LD_PRELOAD for Flowline"));
    }
    if (!installed.isEmpty()) {
      return List.of(
          Finding.ok(NAME, String.join(", ", installed) + "; not used, Flowline has its own"));
    }
    return List.of(Finding.ok(NAME, "none"));
  }
}
