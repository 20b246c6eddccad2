package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Successive halving on made-up tables of scores, of which the best candidate is known. */
class SuccessiveHalvingTest {
  /** Trials whose score comes near the candidate's own with more epochs. */
  private static class Table implements SuccessiveHalving.Trials<Integer, Double> {
    final double[] scores;
    final List<String> tried = new ArrayList<>();
    final Map<Integer, Integer> byRung = new TreeMap<>();
    long spent;
    long most = Long.MAX_VALUE;

    Table(double... scores) {
      this.scores = scores;
    }

    @Override
    public Optional<Double> tried(Integer candidate, int epochs, int rung) {
      if (spent + epochs > most) {
        return Optional.empty();
      }
      spent += epochs;
      byRung.merge(rung, 1, Integer::sum);
      tried.add(candidate + "@" + epochs);
      return Optional.of(scores[candidate] - 0.3 / (1 + epochs));
    }

    @Override
    public List<Integer> ranked(Map<Integer, Double> results) {
      return results.entrySet().stream()
          .filter(result -> !result.getValue().isNaN())
          .sorted(Comparator.comparingDouble(result -> -result.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private static SuccessiveHalving.Halved<Integer, Double> run(
      Table table, ToIntFunction<Integer> most) throws IOException {
    List<Integer> all = IntStream.range(0, table.scores.length).boxed().toList();
    return SuccessiveHalving.USUAL.run(all, most, table);
  }

  @Test
  void theKnownBestIsTrainedLongestAndTheEpochsAreThosePlanned() throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int candidates = 1 + random.nextInt(30);
      int most = 1 + random.nextInt(60);
      Table table = new Table(random.doubles(candidates).toArray());
      var halved = run(table, candidate -> most);
      int best =
          IntStream.range(0, candidates)
              .boxed()
              .max(Comparator.comparingDouble(i -> table.scores[i]))
              .orElseThrow();
      assertEquals(
          table.scores[best] - 0.3 / (1 + most), halved.results().get(best), 1e-12, "seed " + seed);
      assertEquals(SuccessiveHalving.USUAL.allEpochs(candidates, most), table.spent);
      assertEquals(candidates, halved.results().size());
      assertFalse(halved.stopped());
    }
  }

  @Test
  void rungsAreThoseOfTheBook() throws IOException {
    Table table = new Table(new Random(5).doubles(9).toArray());
    run(table, candidate -> 9);
    assertEquals(Map.of(1, 9, 2, 3, 3, 1), table.byRung);
    assertEquals(9 + 3 * 3 + 9, table.spent);
    assertEquals(27, SuccessiveHalving.USUAL.allEpochs(9, 9));
  }

  /** What is fitted, or has learned for as long as its recipe says, is not tried again. */
  @Test
  void aCandidateThatIsDoneKeepsItsResult() throws IOException {
    Table table = new Table(0.9, 0.1, 0.8, 0.2, 0.3);
    var halved = run(table, candidate -> candidate == 0 ? 1 : 3);
    assertEquals(List.of("0@1", "1@1", "2@1", "3@1", "4@1", "2@3"), table.tried);
    assertEquals(0.9 - 0.15, halved.results().get(0), 1e-12);
  }

  @Test
  void withoutTimeItStopsAndKeepsWhatItHas() throws IOException {
    Table table = new Table(0.1, 0.5, 0.9, 0.3, 0.2, 0.4);
    table.most = 10;
    var halved = run(table, candidate -> 27);
    assertTrue(halved.stopped());
    assertEquals(9, table.spent, "six of one epoch, one of three");
    assertEquals(6, halved.results().size());
    table.most = 3;
    table.spent = 0;
    assertEquals(3, run(table, candidate -> 27).results().size());
  }

  @Test
  void whatFailsDoesNotGoOn() throws IOException {
    Table table = new Table(Double.NaN, 0.5, Double.NaN, Double.NaN);
    var halved = run(table, candidate -> 3);
    assertEquals(List.of("0@1", "1@1", "2@1", "3@1", "1@3"), table.tried);
    assertEquals(4, halved.results().size());
    assertEquals(2, run(new Table(Double.NaN, Double.NaN), candidate -> 3).results().size());
  }

  @Test
  void numbersOutOfTheirBoundsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new SuccessiveHalving(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SuccessiveHalving(2, 0));
  }
}
