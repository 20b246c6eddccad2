package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ScheduleGoldenTest {
  @TestFactory
  Stream<DynamicTest> linearRates() throws Exception {
    return Golden.cases("c_linear_lr", ScheduleGoldenTest::rates);
  }

  private static void rates(Golden golden) {
    double initial = golden.json().at("/config/lr").asDouble();
    long total = golden.json().at("/config/total_iters").asLong();
    double[] wanted = golden.tensor("lr").toDoubles();
    assertTrue(wanted.length > total);
    for (int i = 0; i < wanted.length; i++) {
      double tolerance = golden.tolerance("lr") * wanted[i];
      double rate = initial * Schedule.LINEAR.rate().at(i, total, 1);
      assertEquals(wanted[i], rate, tolerance, "step " + i);
      assertEquals(1, Schedule.CONSTANT.rate().at(i, total, 1));
    }
  }
}
