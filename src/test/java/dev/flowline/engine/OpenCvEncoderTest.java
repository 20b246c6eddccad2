package dev.flowline.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.TinyLine;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CsFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.NetworkExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The encoder of OpenCV's dnn keeps the contract of encoders. */
class OpenCvEncoderTest {
  @Test
  void whatIsOutOfBoundsIsRefused() throws IOException {
    ModelConfig config = TinyLine.config(ModelKind.CS_FLOW, new CsFlow(List.of(3), 5), 48, 64, 3);
    try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
      ByteBuffer file = NetworkExport.of(model, Map.of(), "weights").model();
      var none =
          assertThrows(IllegalArgumentException.class, () -> new OpenCvEncoder(model, file, 0));
      assertEquals("largestBatch must be at least 1, got 0", none.getMessage());
      OpenCvEncoder encoder = new OpenCvEncoder(model, file, 2);
      assertEquals(2 * 3 * 48 * 64, encoder.input().remaining());
      for (int images : new int[] {0, 3}) {
        var e = assertThrows(IllegalArgumentException.class, () -> encoder.encode(images));
        assertEquals("images must be 1 to 2, got " + images, e.getMessage());
      }
      encoder.encode(1).close();
      encoder.close();
      assertThrows(IllegalStateException.class, () -> encoder.encode(1));
    }
  }
}
