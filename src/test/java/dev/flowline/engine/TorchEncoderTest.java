package dev.flowline.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.MsFlow;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.tensor.NativeView;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TorchEncoderTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;
  private static final int IMAGES = 3;
  private static final FieldOfView VIEW = FieldOfView.whole(24, 32);

  private static AnomalyModel model;

  @BeforeAll
  static void make() {
    ModelConfig config = TinyLine.config(HEIGHT, WIDTH, 3);
    model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static void write(FloatBuffer input, int image) {
    model
        .config()
        .preprocessing()
        .apply(TinyLine.defective(image, HEIGHT, WIDTH, 8 * image, 5, 9), input);
  }

  @Test
  void aBatchHasTheLatentsOfItsImages() {
    try (TorchEncoder one = new TorchEncoder(model);
        TorchEncoder several = new TorchEncoder(model, IMAGES + 1);
        AContrario test = new AContrario(model.config().segmentation(), 1)) {
      FloatBuffer input = several.input();
      for (int image = 0; image < IMAGES; image++) {
        write(input, image);
      }
      try (Encoding batch = several.encode(IMAGES)) {
        assertEquals(IMAGES, batch.latents().get(0).shape()[0]);
        List<ImageMaps> maps = test.maps(batch.latents(), VIEW);
        for (int image = 0; image < IMAGES; image++) {
          write(one.input(), image);
          try (Encoding alone = one.encode(1)) {
            ImageMaps wanted = test.maps(alone.latents(), VIEW).get(0);
            // A batch's convolutions may add up in another order than one image's.
            assertArrayEquals(wanted.anomalyMap(), maps.get(image).anomalyMap(), 1e-4f);
          }
        }
      }
    }
  }

  @Test
  void itsShapesAreThoseOfTheLatents() {
    try (Encoder encoder = new TorchEncoder(model)) {
      write(encoder.input(), 1);
      try (Encoding encoding = encoder.encode(1)) {
        List<long[]> shapes = encoder.latentShapes();
        assertEquals(shapes.size(), encoding.latents().size());
        for (int scale = 0; scale < shapes.size(); scale++) {
          NativeView latent = encoding.latents().get(scale);
          assertArrayEquals(shapes.get(scale), latent.shape());
          assertEquals(encoder.device(), latent.device());
        }
        assertTrue(encoding.extractorMillis() > 0 && encoding.flowMillis() > 0);
      }
    }
  }

  @Test
  void aModelsOwnMapsComeImageByImage() {
    ModelConfig config =
        TinyLine.config(ModelKind.MS_FLOW, new MsFlow(3, List.of(3, 1), 8), HEIGHT, WIDTH, 3);
    try (AnomalyModel own = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
        TorchEncoder several = new TorchEncoder(own, 2)) {
      FloatBuffer input = several.input();
      write(input, 0);
      write(input, 2);
      try (Encoding batch = several.encode(2)) {
        assertFalse(own.mapsLikelihood());
        List<AnomalyMap> maps = batch.anomalyMaps(10, 12).orElseThrow();
        assertEquals(2, maps.size());
        assertEquals(120, maps.get(1).levels().length);
        assertTrue(maps.get(0).score() != maps.get(1).score());
      }
    }
  }

  @Test
  void aBatchHasItsBounds() {
    try (TorchEncoder encoder = new TorchEncoder(model, 2)) {
      assertEquals(2 * 3 * HEIGHT * WIDTH, encoder.input().capacity());
      for (int wrong : new int[] {-1, 0, 3}) {
        var e = assertThrows(IllegalArgumentException.class, () -> encoder.encode(wrong));
        assertTrue(e.getMessage().endsWith("got " + wrong), e.getMessage());
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new TorchEncoder(model, 0));
    TorchEncoder closed = new TorchEncoder(model);
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.encode(1));
  }
}
