package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flowline.Golden;
import dev.flowline.io.StoredTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The released program's likelihood, of which the anomaly map is 1 less. */
class AnomalyMapGoldenTest {
  @TestFactory
  Stream<DynamicTest> likelihoodsAtEverySize() throws Exception {
    return Golden.cases("d_", AnomalyMapGoldenTest::likelihoods);
  }

  @Test
  void aCaseOfOtherSizes(@TempDir Path folder) throws Exception {
    Golden golden = SlowLikelihood.written(folder);
    likelihoods(golden);
    sameSegmentation(golden);
  }

  private static void likelihoods(Golden golden) {
    Map<String, StoredTensor> wanted = golden.under("prob.");
    assertFalse(wanted.isEmpty());
    double tolerance = golden.tolerance("prob");
    try (NativeLatents latents = new NativeLatents();
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      golden.list("z").forEach(z -> latents.add(z.toFloats(), z.shape()));
      wanted.forEach(
          (size, likelihood) -> {
            int height = (int) likelihood.shape()[2];
            int width = (int) likelihood.shape()[3];
            int at = 0;
            for (ImageMaps maps :
                aContrario.maps(latents.views(), FieldOfView.whole(height, width))) {
              float score = 0;
              for (float anomaly : maps.anomalyMap()) {
                assertEquals(1 - likelihood.get(at), anomaly, tolerance, size + " at " + at);
                score = Math.max(score, anomaly);
                at++;
              }
              assertEquals(score, maps.anomalyScore());
            }
            assertEquals(likelihood.elements(), at);
          });
    }
  }

  /** The maps of one call are those of two. */
  @TestFactory
  Stream<DynamicTest> segmentationIsNotTouched() throws Exception {
    return Golden.cases("d_", AnomalyMapGoldenTest::sameSegmentation);
  }

  private static void sameSegmentation(Golden golden) {
    try (NativeLatents latents = new NativeLatents();
        AContrario aContrario = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      golden.list("z").forEach(z -> latents.add(z.toFloats(), z.shape()));
      FieldOfView view = FieldOfView.whole(41, 57);
      List<NfaMap> alone = aContrario.segment(latents.views(), view);
      List<ImageMaps> both = aContrario.maps(latents.views(), view);
      float[] smallest = aContrario.minLog10Nfa(latents.views(), view);
      assertEquals(alone.size(), both.size());
      for (int image = 0; image < alone.size(); image++) {
        NfaMap nfaMap = both.get(image).nfaMap();
        assertEquals(alone.get(image).minLog10Nfa(), nfaMap.minLog10Nfa());
        assertEquals(alone.get(image).minLog10Nfa(), smallest[image]);
        org.junit.jupiter.api.Assertions.assertArrayEquals(
            alone.get(image).log10Nfa(), nfaMap.log10Nfa());
      }
    }
  }
}
