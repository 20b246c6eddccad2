package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Image;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.ClFlow;
import dev.flowline.model.CsFlow;
import dev.flowline.model.DifferNet;
import dev.flowline.model.FastFlow;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.MsFlow;
import dev.flowline.model.Padim;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.UFlow;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an inspection says is what the model's own law says, whoever computes it. */
class AnomalyMapLawTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void mapAndScoreAreTheModels(ModelKind kind) {
    ModelConfig config = TinyLine.config(kind, small(kind), HEIGHT, WIDTH, 3);
    Image image = TinyLine.defective(5, HEIGHT, WIDTH, 20, 12, 10);
    AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    try (model;
        Inspector inspector = new Inspector(model, config.segmentation());
        TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Latents<Tensor> latents = model.testLatents(model.testFeatures(input(config, image)));
      if (config.settings() instanceof FlowMethod flow) {
        new TrainableModel(model).raise(flow.maxima(model.ops(), latents));
      }
      DetailedInspection detailed =
          inspector.inspect(image, InspectionRequest.DEFAULT.withMaps(31, 45));
      Inspection inspection = detailed.inspection();
      Tensor map = model.anomalyMap(latents, 31, 45);
      StoredTensor score = TensorCopy.store(model.anomalyScore(latents, map));
      float wanted = score.toFloats()[0];
      assertEquals(wanted, inspection.anomalyScore(), 1e-5 * Math.max(1, wanted));
      float[] values = TensorCopy.store(map).toFloats();
      if (model.hasPositions()) {
        assertArrayEquals(values, detailed.anomalyMap(), 1e-5f * Math.max(1, largest(values)));
        assertTrue(largest(values) > smallest(values));
      } else {
        assertEquals(wanted, largest(values), 1e-5 * wanted);
        assertEquals(wanted, smallest(values), 1e-5 * wanted);
        assertTrue(largest(detailed.anomalyMap()) > smallest(detailed.anomalyMap()));
      }
      assertEquals(kind != ModelKind.DIFFERNET, model.hasPositions());
      boolean inUnitInterval = largest(values) <= 1 && smallest(values) >= 0;
      assertFalse(model.mapsLikelihood() && !inUnitInterval);
    }
  }

  /** Of four rotations: those of an image that was turned by hand. */
  @Test
  void scoreAndTestOfDifferNetAreMadeOfTheMeanOverRotations() {
    Image image = TinyLine.defective(5, WIDTH, WIDTH, 20, 12, 10);
    double score = 0;
    try (AnomalyModel still = differNet(0);
        AnomalyModel turned = differNet(4);
        Inspector plain = new Inspector(still, still.config().segmentation());
        Inspector turning = new Inspector(turned, turned.config().segmentation())) {
      for (int quarters = 0; quarters < 4; quarters++) {
        score += plain.inspect(image).anomalyScore() / 4;
        image = quarterTurned(image);
      }
      Inspection inspection = turning.inspect(image);
      assertEquals(score, inspection.anomalyScore(), 1e-4 * score);
      assertTrue(Math.abs(plain.inspect(image).anomalyScore() - score) > 1e-3 * score);
      // Chernoff's bound of a chi-square, and the number of tests of a map of one position.
      long channels = turning.model().shapes().latents().get(0)[1];
      assertTrue(score > 1, "nothing to test: " + score);
      double log10Pfa = -channels / 2.0 * (score - 1 - Math.log(score)) / Math.log(10);
      double expected = log10Pfa + Math.log10(0.316915 * 4.062570);
      assertEquals(expected, inspection.log10Nfa(), 1e-3 * Math.abs(expected));
    }
  }

  private static AnomalyModel differNet(int testRotations) {
    Method method = new DifferNet(2, List.of(16L), 0, testRotations);
    ModelConfig config = TinyLine.config(ModelKind.DIFFERNET, method, WIDTH, WIDTH, 3);
    return AnomalyModel.create(config, TinyLine.drawnExtractor(config));
  }

  private static Image quarterTurned(Image image) {
    byte[] samples = new byte[WIDTH * WIDTH * 3];
    for (int y = 0; y < WIDTH; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          samples[(y * WIDTH + x) * 3 + c] = (byte) image.sample(x, WIDTH - 1 - y, c);
        }
      }
    }
    return Image.of8(WIDTH, WIDTH, 3, samples);
  }

  private static Tensor input(ModelConfig config, Image image) {
    FloatBuffer pixels = FloatBuffer.allocate(config.preprocessing().inputLength());
    config.preprocessing().apply(image, pixels);
    return TensorCopy.tensor(StoredTensor.of(pixels.array(), 1, 3, HEIGHT, WIDTH));
  }

  private static Method small(ModelKind kind) {
    return switch (kind) {
      case U_FLOW -> new UFlow(2, SoftClamp.TANH);
      case FASTFLOW -> new FastFlow(2, List.of(3, 1), 0.5, SoftClamp.ATAN);
      case CS_FLOW -> new CsFlow(List.of(3), 8);
      case CFLOW -> new CFlow(2, 8, SoftClamp.TANH, 16);
      case DIFFERNET -> new DifferNet(2, List.of(16L), 0, 3);
      case CL_FLOW -> ClFlow.on(new FastFlow(2, List.of(3, 1), 0.5, SoftClamp.ATAN));
      case MS_FLOW -> new MsFlow(3, List.of(3, 1), 8);
      case PADIM -> new Padim(5, 0.01, 2);
    };
  }

  private static float largest(float[] values) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  private static float smallest(float[] values) {
    float smallest = Float.POSITIVE_INFINITY;
    for (float value : values) {
      smallest = Math.min(smallest, value);
    }
    return smallest;
  }
}
