package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.Golden;
import dev.flowline.WrittenGolden;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleGoldenTest {
  @TestFactory
  Stream<DynamicTest> linearRates() throws Exception {
    return Golden.cases("c_linear_lr", ScheduleGoldenTest::rates);
  }

  /** Trainings that end before and after the rate has come down. */
  @ParameterizedTest
  @CsvSource({"0.02, 37, 20", "7e-5, 3, 41", "1, 1, 2"})
  void aCaseOfAnotherLength(double initial, int total, int steps, @TempDir Path folder)
      throws Exception {
    double[] rates = new double[steps];
    for (int k = 0; k < steps; k++) {
      double way = Math.min(1, k / (double) total);
      rates[k] = initial * (1 - way) + 0.4 * initial * way;
    }
    rates(
        new WrittenGolden()
            .config("lr", initial)
            .config("total_iters", (long) total)
            .tolerance("rel 1e-12")
            .tensor("lr", rates, steps)
            .in(folder, "c_linear_lr_other"));
  }

  private static void rates(Golden golden) {
    double initial = golden.json().at("/config/lr").asDouble();
    long total = golden.json().at("/config/total_iters").asLong();
    double[] wanted = golden.tensor("lr").toDoubles();
    assertTrue(wanted.length > 0);
    for (int i = 0; i < wanted.length; i++) {
      double tolerance = golden.tolerance("lr") * wanted[i];
      double rate = initial * Schedule.LINEAR.rate().at(i, total, 1);
      assertEquals(wanted[i], rate, tolerance, "step " + i);
      assertEquals(1, Schedule.CONSTANT.rate().at(i, total, 1));
    }
  }
}
