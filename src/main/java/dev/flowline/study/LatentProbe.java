package dev.flowline.study;

import dev.flowline.calibration.GoodImages;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks at the latents of good images, to judge the null hypotheses of several tests. */
public final class LatentProbe implements AutoCloseable {
  private final List<AContrario> tests = new ArrayList<>();
  private final RegionLaw law;

  /**
   * What one image's latents are like.
   *
   * @param energies by scale: energy per channel at every position, row-major
   * @param maxima of the regions in view of its fused anomaly map, by size class, on the scale of
   *     the region law, with the baseline if it is relative
   * @param minLog10Nfa by test
   */
  public record Seen(List<float[]> energies, RelativeMaxima maxima, float[] minLog10Nfa) {}

  /**
   * @param tests at least one
   * @param law null for none
   * @param device where the latents will lie
   */
  public LatentProbe(List<SegmentationOptions> tests, RegionLaw law, Device device) {
    this.law = law;
    for (SegmentationOptions options : tests) {
      this.tests.add(new AContrario(options, device, 1));
    }
  }

  /**
   * Looks at each image and hands over what is seen.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public void look(GoodImages images, Consumer<Seen> seen) throws IOException {
    for (int image = 0; image < images.count(); image++) {
      images.read(image, (latents, input) -> seen.accept(look(latents)));
    }
  }

  private Seen look(List<NativeView> latents) {
    float[] minLog10Nfa = new float[tests.size()];
    for (int t = 0; t < minLog10Nfa.length; t++) {
      AContrario test = tests.get(t);
      minLog10Nfa[t] = test.minLog10Nfa(latents, test.options().viewOfNumbers())[0];
    }
    AContrario any = tests.get(0);
    FusedAnomalyMap map = any.fusedMaps(latents).get(0);
    FieldOfView view = any.options().viewOfNumbers();
    RelativeMaxima maxima =
        law == null
            ? new RelativeMaxima(map.regionMaxima(view), RelativeMaxima.NO_BASELINE)
            : law.maximaOf(map, view);
    List<float[]> energies = latents.stream().map(any::energy).toList();
    return new Seen(energies, maxima, minLog10Nfa);
  }

  @Override
  public void close() {
    tests.forEach(AContrario::close);
  }
}
