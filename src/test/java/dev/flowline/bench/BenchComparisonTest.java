package dev.flowline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.bench.BenchComparison.Compared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A difference is called real only if it is one, and nothing is compared that cannot be. */
class BenchComparisonTest {
  @TempDir private Path folder;

  private BenchFile file(String name, BenchResult... runs) throws IOException {
    Path file = folder.resolve(name);
    for (BenchResult run : runs) {
      MadeResult.append(file, run);
    }
    return BenchFile.read(file);
  }

  private static long real(BenchComparison comparison) {
    return comparison.differences().stream().filter(BenchDifference::real).count();
  }

  @Test
  void aFileHoldsWhatWasWritten() throws IOException {
    BenchResult one = MadeResult.of(1, 0, 100);
    BenchResult two = MadeResult.of(2, 1, 100);
    assertEquals(List.of(one, two), file("a.json", one, two).runs());
  }

  @Test
  void nothingIsRealBetweenRunsOfTheSame() throws IOException {
    BenchComparison got =
        BenchComparison.of(
            file("a.json", MadeResult.of(1, 0, 100)), file("b.json", MadeResult.of(2, 1, 100)));
    assertEquals(Compared.ROUNDS, got.compared());
    assertEquals(3, got.differences().size()); // two totals, and the rate of the workers
    assertEquals(0, real(got), got.toString());
    assertEquals(1 - 0.05 / 3, got.confidence(), 1e-12);
  }

  /** 4 % slower, of 1 % of scatter. */
  @Test
  void aShiftIsReal() throws IOException {
    BenchComparison got =
        BenchComparison.of(
            file("a.json", MadeResult.of(1, 0, 100)), file("b.json", MadeResult.of(2, 1, 104)));
    assertEquals(3, real(got), got.toString());
    BenchDifference total = got.differences().get(0);
    assertEquals("total", total.measure());
    assertEquals(1.04, total.interval().ratio(), 0.015);
    assertEquals(100, total.first(), 1);
    BenchDifference rate = got.differences().get(2);
    assertEquals("images per second", rate.measure());
    assertEquals(1 / 1.04, rate.interval().ratio(), 0.015);
  }

  /** The machine slows by 30 % from pair to pair, which alternating runs do not see. */
  @Test
  void alternatingRunsAreComparedInPairs() throws IOException {
    double[] slower = {1, 1.3, 1.7, 2.2, 2.9};
    BenchResult[] first = new BenchResult[5];
    BenchResult[] second = new BenchResult[5];
    for (int i = 0; i < 5; i++) {
      first[i] = MadeResult.of(i, 4 * i, 100 * slower[i]);
      second[i] = MadeResult.of(50 + i, 4 * i + (i % 2 == 0 ? 1 : -1), 108 * slower[i]);
    }
    BenchComparison got = BenchComparison.of(file("a.json", first), file("b.json", second));
    assertEquals(Compared.PAIRS_OF_RUNS, got.compared());
    assertTrue(
        got.differences().stream().anyMatch(d -> d.measure().equals("total p99")), got.toString());
    assertEquals(got.differences().size(), real(got), got.toString());
    // The same runs, first all of one and then all of the other.
    for (int i = 0; i < 5; i++) {
      first[i] = MadeResult.of(i, i, 100 * slower[i]);
      second[i] = MadeResult.of(50 + i, 30 + i, 108 * slower[i]);
    }
    BenchComparison apart = BenchComparison.of(file("c.json", first), file("d.json", second));
    assertEquals(Compared.RUNS, apart.compared());
    assertEquals(0, real(apart), apart.toString());
  }

  @Test
  void nothingIsRealOnABusyMachine() throws IOException {
    BenchResult slow = MadeResult.of(2, 1, 150);
    MachineNoise noise = new MachineNoise(3, 0.6, 0.4, 0.1);
    BenchResult busy = MadeResult.with(slow, slow.machine(), slow.model(), noise);
    BenchComparison got =
        BenchComparison.of(file("a.json", MadeResult.of(1, 0, 100)), file("b.json", busy));
    assertTrue(got.tooBusy());
    assertEquals(0, real(got));
  }

  @Test
  void anotherMachineOrModelIsRefused() throws IOException {
    BenchResult own = MadeResult.of(1, 0, 100);
    Machine larger = new Machine("Processor", List.of("avx2"), 4, 8, "System");
    MeasuredModel other = new MeasuredModel("u-flow", "resnet18", 64, 64, "steps=4", "cd34");
    BenchFile file = file("a.json", own);
    BenchFile elsewhere = file("b.json", MadeResult.with(own, larger, own.model(), own.noise()));
    BenchFile otherwise = file("c.json", MadeResult.with(own, own.machine(), other, own.noise()));
    assertRefused("the machine differs", () -> BenchComparison.of(file, elsewhere));
    assertRefused("the model differs", () -> BenchComparison.of(file, otherwise));
    MadeResult.append(folder.resolve("a.json"), elsewhere.runs().get(0));
    assertRefused("the machine differs", () -> BenchFile.read(folder.resolve("a.json")));
  }

  private static void assertRefused(
      String why, org.junit.jupiter.api.function.Executable comparison) {
    String message = assertThrows(IllegalArgumentException.class, comparison).getMessage();
    assertTrue(message.contains(why), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"format\": 2}",
        "{\"format\": 1, \"rows\": [{}]}",
        "{\"unknown\": 1}"
      })
  void aFileThatIsNoAnswerIsNamed(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), content);
    String message = assertThrows(IOException.class, () -> BenchFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + " is no answer of"), message);
  }

  @Test
  void aCutFileIsNamed() throws IOException {
    Path file = MadeResult.append(folder.resolve("x.json"), MadeResult.of(1, 0, 100));
    String whole = Files.readString(file);
    Files.writeString(file, whole + whole.substring(0, whole.length() / 2));
    String message = assertThrows(IOException.class, () -> BenchFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + " is no answer of"), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.json");
    String message = assertThrows(IOException.class, () -> BenchFile.read(file)).getMessage();
    assertTrue(message.contains(file.toString()), message);
  }
}
