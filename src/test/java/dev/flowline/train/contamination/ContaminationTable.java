package dev.flowline.train.contamination;

import dev.flowline.train.contamination.Results.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Prints means and standard deviations over the draws of {@link Contamination}, a row for each set,
 * share and treatment. AUROC is also compared with the clean training of the same draw.
 *
 * <pre>
 * mvn -q -o exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=dev.flowline.train.contamination.ContaminationTable \
 *     -Dexec.args=results.jsonl
 * </pre>
 */
public final class ContaminationTable {
  private final Results results;

  private ContaminationTable(Results results) {
    this.results = results;
  }

  /**
   * One training with defects among the good images.
   *
   * @param row it belongs to: set, model, share and treatment
   * @param outcome of it
   * @param nothing the outcome with nothing done
   * @param clean the outcome with none mixed in
   */
  private record Draw(String row, Outcome outcome, Outcome nothing, Outcome clean) {
    double lostPoints() {
      return 100 * (outcome.imageAuroc() - clean.imageAuroc());
    }

    double plantedLeftOut() {
      return nothing.planted() - outcome.planted();
    }

    double goodLeftOut() {
      return nothing.images() - outcome.images() - plantedLeftOut();
    }
  }

  /**
   * Prints the table.
   *
   * @param args file of results
   */
  public static void main(String[] args) throws IOException {
    new ContaminationTable(new Results(Path.of(args[0]).toAbsolutePath())).print();
  }

  private void print() {
    System.out.println(
        "| set, model, share, treatment | draws | rank of the planted | AUROC | against clean |"
            + " false alarms | found | planted and good left out |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
    List<Draw> draws = new ArrayList<>();
    for (Outcome outcome : results.all()) {
      if (!isClean(outcome)) {
        Draw draw = draw(outcome);
        draws.add(draw);
        if (outcome.equals(draw.nothing)) {
          draws.add(new Draw(row(outcome, "clean"), draw.clean, draw.clean, draw.clean));
        }
      }
    }
    for (Outcome outcome : results.all()) {
      if (isClean(outcome) && draws.stream().noneMatch(draw -> draw.clean.equals(outcome))) {
        draws.add(new Draw(row(outcome, ""), outcome, outcome, outcome));
      }
    }
    Set<String> rows = new TreeSet<>(draws.stream().map(Draw::row).toList());
    for (String row : rows) {
      print(row, draws.stream().filter(draw -> draw.row.equals(row)).toList());
    }
  }

  private static boolean isClean(Outcome outcome) {
    return words(outcome).get(3).equals("clean");
  }

  /**
   * Returns set, model, draw, share and treatment; or set, model, draw, clean, number of images.
   */
  private static List<String> words(Outcome outcome) {
    return List.of(outcome.key().split(" "));
  }

  /** Returns set, model, share and the treatment. */
  private static String row(Outcome outcome, String treatment) {
    List<String> words = words(outcome);
    return "%s, %s, %s %s".formatted(words.get(0), words.get(1), words.get(3), treatment).strip();
  }

  /** Returns a training with the two that it is compared with. */
  private Draw draw(Outcome outcome) {
    List<String> words = words(outcome);
    String name = String.join(" ", words.subList(0, 3));
    Outcome nothing = results.of("%s %s nothing".formatted(name, words.get(3))).orElseThrow();
    int good = nothing.images() - nothing.planted();
    Outcome clean = results.of("%s clean %s".formatted(name, good)).orElseThrow();
    return new Draw(row(outcome, words.get(4)), outcome, nothing, clean);
  }

  private static void print(String row, List<Draw> draws) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s | %s + %s |%n",
        row,
        draws.size(),
        draws.get(0).outcome.planted() == 0 ? "" : spread(draws, d -> d.outcome.rankAuroc(), 2),
        spread(draws, d -> d.outcome.imageAuroc(), 3),
        spread(draws, Draw::lostPoints, 1),
        spread(draws, d -> 100 * d.outcome.falseAlarms(), 0),
        spread(draws, d -> 100 * d.outcome.found(), 0),
        spread(draws, Draw::plantedLeftOut, 0),
        spread(draws, Draw::goodLeftOut, 0));
  }

  private static String spread(List<Draw> draws, ToDoubleFunction<Draw> number, int digits) {
    double[] numbers = draws.stream().mapToDouble(number).toArray();
    double mean = DoubleStream.of(numbers).average().orElseThrow();
    double squares = DoubleStream.of(numbers).map(x -> (x - mean) * (x - mean)).sum();
    double deviation = numbers.length < 2 ? 0 : Math.sqrt(squares / (numbers.length - 1));
    return String.format(Locale.ROOT, "%%.%sf ± %%.%sf".formatted(digits, digits), mean, deviation);
  }
}
