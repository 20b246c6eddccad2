package dev.flowline.benchmarks;

import dev.flowline.line.StageProfiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the benchmarks with JMH's own options, or, with {@code --table FILE...}, puts results that
 * JMH has written as JSON into README.md.
 */
public final class Benchmarks {
  private static final Path README = Path.of("benchmarks", "README.md");

  private Benchmarks() {}

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("--table")) {
      List<Path> files = Arrays.stream(args).skip(1).map(Path::of).toList();
      new Readme(README).fill(MachineFacts.read(), ResultTable.of(files));
    } else {
      System.out.println("# " + MachineFacts.read());
      org.openjdk.jmh.Main.main(
          Stream.concat(Arrays.stream(args), Stream.of("-prof", StageProfiler.class.getName()))
              .toArray(String[]::new));
    }
  }
}
