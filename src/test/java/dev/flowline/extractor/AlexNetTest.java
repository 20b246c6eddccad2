package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.extractor.PlainLoops.Map3;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AlexNetTest {
  private static final AlexNet ALEXNET = new AlexNet();

  /** At the smallest size there is, by less than square. */
  @Test
  void equalsPlainLoops() {
    PlainLoops loops = new PlainLoops(Frozen.random(ALEXNET.frozenParameters(252, 256), 1));
    StoredTensor image = Frozen.random(new Random(2), 1, 3, 252, 256);
    StoredTensor actual = Frozen.run(ALEXNET, loops.parameters(), image).get(0);
    assertArrayEquals(new long[] {1, 768, 1, 1}, actual.shape());
    double bound = 1e-4 * TestInput.absoluteMaximum(actual);
    for (int scale = 1; scale < 3; scale++) { // the largest would take plain loops seconds
      Map3 x = Map3.of(image).everyNth(1 << scale);
      x = PlainLoops.relu(loops.conv("features.0", x, 4, 1, 2, 4));
      x = PlainLoops.relu(loops.conv("features.3", PlainLoops.maxPool(x, 3, 2, 0), 1, 1));
      x = PlainLoops.relu(loops.conv("features.6", PlainLoops.maxPool(x, 3, 2, 0), 1, 1));
      x = PlainLoops.relu(loops.conv("features.8", x, 1, 1));
      x = PlainLoops.relu(loops.conv("features.10", x, 1, 1));
      double[] means = PlainLoops.maxPool(x, 3, 2, 0).means();
      for (int c = 0; c < 256; c++) {
        assertEquals(means[c], actual.get(scale * 256 + c), bound, "scale " + scale);
      }
    }
  }

  /** torchvision's 61,100,840 less the three layers of its classifier. */
  @Test
  void parameterCountIsThePublished() {
    long classifier = 9216L * 4096 + 4096 + 4096L * 4096 + 4096 + 4096L * 1000 + 1000;
    long count =
        ALEXNET.frozenParameters(448, 448).stream().mapToLong(ParameterSpec::elements).sum();
    assertEquals(61_100_840, count + classifier);
  }

  @Test
  void publishedNamesAndWrongSizes() {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : ALEXNET.frozenParameters(448, 448)) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      state.put(name, StoredTensor.of(new float[(int) spec.elements()], spec.shape()));
    }
    assertEquals(10, state.size());
    state.put("classifier.6.weight", StoredTensor.of(new float[1], 1));
    assertEquals(10, PretrainedWeights.fit(ALEXNET, state).size());
    for (int width : List.of(248, 254)) {
      var e = assertThrows(IllegalArgumentException.class, () -> ALEXNET.featureShapes(448, width));
      assertEquals(0, e.getMessage().indexOf("input 448 x " + width + ": alexnet takes "));
    }
  }
}
