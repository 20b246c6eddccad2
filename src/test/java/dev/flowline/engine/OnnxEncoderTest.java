package dev.flowline.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CsFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The second engine keeps the contract of encoders. */
class OnnxEncoderTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;

  private AnomalyModel model;
  private ExportedNetwork exported;

  /** CS-Flow, whose anomaly map is its own. */
  @BeforeEach
  void opens() throws IOException {
    ModelConfig config =
        TinyLine.config(ModelKind.CS_FLOW, new CsFlow(List.of(3), 5), HEIGHT, WIDTH, 3);
    model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    exported = ExportedNetwork.of(model, 1);
  }

  @AfterEach
  void closes() {
    exported.close();
    model.close();
  }

  private void fill(Encoder encoder, int image, int seed) {
    var input = encoder.input();
    input.position(image * 3 * HEIGHT * WIDTH);
    model.config().preprocessing().apply(TinyLine.good(seed, HEIGHT, WIDTH), input);
  }

  private static float[] values(NativeView view) {
    float[] values = new float[(int) view.elements()];
    Pointer memory =
        new Pointer() {
          {
            address = view.address();
          }
        };
    new FloatPointer(memory).get(values);
    return values;
  }

  /** The latents and map of each image, whichever images are beside it. */
  @Test
  void aBatchHasTheLatentsAndMapsOfItsImages() {
    try (OnnxEncoder encoder = new OnnxEncoder(exported, 3)) {
      List<float[]> alone = new ArrayList<>();
      List<AnomalyMap> maps = new ArrayList<>();
      for (int image = 0; image < 3; image++) {
        fill(encoder, 0, image);
        try (Encoding encoding = encoder.encode(1)) {
          alone.add(values(encoding.latents().get(1)));
          maps.addAll(encoding.anomalyMaps(HEIGHT, WIDTH).orElseThrow());
        }
      }
      for (int image = 0; image < 3; image++) {
        fill(encoder, image, image);
      }
      try (Encoding encoding = encoder.encode(3)) {
        NativeView together = encoding.latents().get(1);
        assertArrayEquals(new long[] {3, 12, 6, 8}, together.shape());
        float[] all = values(together);
        List<AnomalyMap> ofBatch = encoding.anomalyMaps(HEIGHT, WIDTH).orElseThrow();
        for (int image = 0; image < 3; image++) {
          for (int i = 0; i < alone.get(image).length; i++) {
            assertEquals(alone.get(image)[i], all[image * alone.get(image).length + i], 1e-4);
          }
          assertEquals(maps.get(image).score(), ofBatch.get(image).score(), 1e-4);
          assertArrayEquals(maps.get(image).levels(), ofBatch.get(image).levels(), 1e-3f);
        }
        assertTrue(Math.abs(maps.get(0).score() - maps.get(1).score()) > 1e-6, "images are alike");
      }
    }
  }

  @Test
  void whatIsOutOfBoundsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new OnnxEncoder(exported, 0));
    OnnxEncoder encoder = new OnnxEncoder(exported, 2);
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(0));
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(3));
    try (Encoding encoding = encoder.encode(1)) {
      var e =
          assertThrows(IllegalArgumentException.class, () -> encoding.anomalyMaps(WIDTH, HEIGHT));
      assertEquals(
          "the exported network makes anomaly maps of 48 x 64, got a request for 64 x 48",
          e.getMessage());
    }
    encoder.close();
    assertThrows(IllegalStateException.class, () -> encoder.encode(1));
  }

  @Test
  void saysWhichEngineItIs() {
    try (OnnxEncoder encoder = new OnnxEncoder(exported, 1)) {
      assertEquals("onnxruntime", encoder.engine().name());
      assertTrue(encoder.engine().version().matches("\\d+\\.\\d+.*"), encoder.engine().version());
      assertEquals(Optional.empty(), ExportedNetwork.whyNot());
    }
  }
}
