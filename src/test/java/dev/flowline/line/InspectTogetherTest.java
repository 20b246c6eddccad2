package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.TinyLine;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.CsFlow;
import dev.flowline.model.DifferNet;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.MsFlow;
import dev.flowline.model.UFlow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InspectTogetherTest {
  private static final int SIZE = 48;
  private static final int LARGEST = 4;

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of(ModelKind.U_FLOW, new UFlow(2, SoftClamp.TANH)),
        Arguments.of(ModelKind.FASTFLOW, new FastFlow(2, List.of(3), 1, SoftClamp.TANH)),
        Arguments.of(ModelKind.CFLOW, new CFlow(2, 16, SoftClamp.TANH, 64)),
        Arguments.of(ModelKind.CS_FLOW, new CsFlow(List.of(3), 16)),
        Arguments.of(ModelKind.MS_FLOW, new MsFlow(2, List.of(3, 1), 16)),
        Arguments.of(ModelKind.DIFFERNET, new DifferNet(2, List.of(16L), 0, 4)));
  }

  private static AnomalyModel model(ModelKind kind, Method method) {
    ModelConfig config = TinyLine.config(kind, method, SIZE, SIZE, 1);
    return AnomalyModel.create(config, TinyLine.drawnExtractor(config));
  }

  private static Image image(int seed) {
    return TinyLine.defective(seed, SIZE + seed, SIZE + 3 * seed, 6 * seed, 9, 10);
  }

  /**
   * Whatever the size of the batch: the verdict, the numbers and the maps of each image alone, to
   * the bit, but of methods whose linear layers have all positions of a batch as rows.
   */
  @ParameterizedTest
  @MethodSource("methods")
  void imagesTogetherHaveTheVerdictsOfEachAlone(ModelKind kind, Method method) {
    try (AnomalyModel model = model(kind, method);
        Inspector inspector =
            new Inspector(
                model, model.config().segmentation(), () -> new TorchEncoder(model, LARGEST))) {
      for (int count = 1; count <= LARGEST; count++) {
        List<DecodedImage> images = new ArrayList<>();
        List<InspectionRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          images.add(DecodedImage.of(image(i)));
          requests.add(InspectionRequest.DEFAULT.withPartId("part " + i).withLatentStatistics());
        }
        List<DetailedInspection> together = inspector.inspectTogether(images, requests);
        assertEquals(count, together.size());
        for (int i = 0; i < count; i++) {
          DetailedInspection alone = inspector.inspect(image(i), requests.get(i));
          DetailedInspection of = together.get(i);
          assertEquals("part " + i, of.inspection().partId());
          assertEquals(alone.inspection().verdict(), of.inspection().verdict());
          assertEquals(alone.inspection().regions().size(), of.inspection().regions().size());
          if (kind == ModelKind.CFLOW || kind == ModelKind.DIFFERNET) {
            double log10Nfa = alone.inspection().log10Nfa();
            assertEquals(log10Nfa, of.inspection().log10Nfa(), 1e-5 * Math.abs(log10Nfa));
            assertArrayEquals(alone.anomalyMap(), of.anomalyMap(), 1e-5f);
            continue;
          }
          assertEquals(alone.inspection().statistic(), of.inspection().statistic());
          assertEquals(alone.inspection().anomalyScore(), of.inspection().anomalyScore());
          assertEquals(alone.inspection().regions(), of.inspection().regions());
          assertArrayEquals(alone.anomalyMap(), of.anomalyMap());
          assertEquals(alone.latentStatistics(), of.latentStatistics());
        }
      }
    }
  }

  @Test
  void oneRequestForEachImageAndNotTooMany() {
    UFlow method = new UFlow(2, SoftClamp.TANH);
    try (AnomalyModel model = model(ModelKind.U_FLOW, method);
        Inspector inspector =
            new Inspector(model, model.config().segmentation(), () -> new TorchEncoder(model, 2))) {
      assertEquals(2, inspector.largestBatch());
      DecodedImage one = DecodedImage.of(image(1));
      for (int count : new int[] {0, 3}) {
        var e =
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    inspector.inspectTogether(
                        Collections.nCopies(count, one),
                        Collections.nCopies(count, InspectionRequest.DEFAULT)));
        assertEquals("images must be 1 to 2, got " + count, e.getMessage());
      }
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> inspector.inspectTogether(List.of(one), List.of()));
      assertEquals("requests must be one for each of 1 images, got 0", e.getMessage());
    }
  }
}
