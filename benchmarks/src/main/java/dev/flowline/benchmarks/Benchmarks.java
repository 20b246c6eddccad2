package dev.flowline.benchmarks;

import dev.flowline.line.StageProfiler;
import dev.flowline.peer.PeerBenchmark;
import dev.flowline.peer.PeerTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the benchmarks with JMH's own options; with {@code --peer}, Flowline and its peer by turns,
 * which JMH cannot. With {@code --table FILE...} or {@code --peer-table FILE...} it puts their
 * results, which were written as JSON, into README.md.
 */
public final class Benchmarks {
  private static final Path README = Path.of("benchmarks", "README.md");

  private Benchmarks() {}

  public static void main(String[] args) throws IOException {
    try {
      run(args);
    } catch (IllegalArgumentException e) {
      System.err.println("flowline benchmark: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void run(String[] args) throws IOException {
    List<String> rest = Arrays.stream(args).skip(1).toList();
    switch (args.length == 0 ? "" : args[0]) {
      case "--table" -> new Readme(README).fill(MachineFacts.read(), ResultTable.of(files(rest)));
      case "--peer" -> PeerBenchmark.run(rest);
      case "--peer-table" -> new Readme(README).fill("peer", PeerTable.of(files(rest)));
      default -> {
        System.out.println("# " + MachineFacts.read());
        org.openjdk.jmh.Main.main(
            Stream.concat(Arrays.stream(args), Stream.of("-prof", StageProfiler.class.getName()))
                .toArray(String[]::new));
      }
    }
  }

  private static List<Path> files(List<String> names) {
    return names.stream().map(Path::of).toList();
  }
}
