package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToleranceTest {
  private static final StoredTensor LARGE = StoredTensor.of(new float[] {3, -1e6f, 0}, 3);

  @ParameterizedTest
  @CsvSource({
    "abs 1e-4, 1e-4",
    "max abs 5e-05, 5e-05",
    "3.0366062908626645E-5, 3.0366062908626645E-5",
    "0.21, 0.21",
    "rel 1e-5, 10",
    "2e-5 of the abs-max, 20",
    "max abs 5e-5 of the tensor abs-max, 50",
    "abs 1e-3 (62 blocks deep); mean abs 1e-4, 1e-3"
  })
  void whatIsRelativeFollowsTheLargestMagnitude(String text, double bound) {
    assertEquals(bound, Tolerance.of(text).bound(LARGE), 1e-12 * bound);
  }

  @Test
  void aTextMayHoldSeveral() {
    String feat = "feat: 2e-5 of the abs-max; normalized: abs 1e-4";
    assertEquals(new Tolerance(2e-5, true), Tolerance.behind("feat", feat));
    assertEquals(new Tolerance(1e-4, false), Tolerance.behind("normalized", feat));
    String trained = "99.9% of the elements abs 2e-5, all abs 2e-3 (Adam is sign-like)";
    assertEquals(99.9, Tolerance.of(trained).number());
    assertEquals(2e-5, Tolerance.behind("elements", trained).number());
    assertEquals(2e-3, Tolerance.behind("all", trained).number());
    assertThrows(AssertionError.class, () -> Tolerance.of("exact"));
    assertThrows(AssertionError.class, () -> Tolerance.behind("mean", feat));
  }

  @Test
  void numbersAndTextsOfACaseAreRead() throws IOException {
    String json = "{\"tolerance\": {\"y\": 3.5e-05, \"z\": \"rel 1e-5\"}}";
    Golden golden =
        new Golden("made", new ObjectMapper().readTree(json), new Safetensors(Map.of(), Map.of()));
    assertEquals(3.5e-5, golden.tolerance("y"));
    assertEquals(3.5e-5, golden.bound("y", LARGE));
    assertEquals(10, golden.bound("z", LARGE), 1e-9);
  }
}
