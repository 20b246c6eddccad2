package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.NativeView;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The tests themselves, as libflowline computes them, each with one thread. */
final class Judges implements AutoCloseable {
  private static final FieldOfView WHOLE = FieldOfView.whole(1, 1);

  private final Shape shape;
  private final Map<Statistic, AContrario> tests = new EnumMap<>(Statistic.class);
  private RegionLaw law; // null before the first is measured

  Judges(Shape shape) {
    this.shape = shape;
    use(Statistic.PUBLISHED, PfaBound.CHERNOFF, NumberOfTests.PUBLISHED);
    use(Statistic.BY_SIZE, PfaBound.CHERNOFF, NumberOfTests.BY_SIZE);
    use(Statistic.EXACT, PfaBound.EXACT, NumberOfTests.BY_SIZE);
  }

  private void use(Statistic statistic, PfaBound bound, NumberOfTests number) {
    tests.put(statistic, new AContrario(new SegmentationOptions(bound, number, 0), 1));
  }

  /** Measures the law anew, from these good images. */
  void learn(List<NativeView> good) {
    if (law != null) {
      tests.get(Statistic.CALIBRATED).close();
    }
    law = RegionLaw.relative(maxima(good));
    tests.put(Statistic.CALIBRATED, new AContrario(SegmentationOptions.DEFAULT.withLaw(law), 1));
  }

  private List<FusedAnomalyMap> joint(List<NativeView> latents) {
    return tests.get(Statistic.BY_SIZE).fusedMaps(latents);
  }

  private List<RelativeMaxima> maxima(List<NativeView> latents) {
    return joint(latents).stream().map(map -> map.relativeMaxima(WHOLE)).toList();
  }

  /** A statistic by image. */
  float[] smallest(Statistic statistic, List<NativeView> latents) {
    return statistic == Statistic.LARGEST
        ? minusLargest(joint(latents))
        : tests.get(statistic).minLog10Nfa(latents, shape.view());
  }

  private static float[] minusLargest(List<FusedAnomalyMap> maps) {
    float[] smallest = new float[maps.size()];
    for (int i = 0; i < smallest.length; i++) {
      for (float level : maps.get(i).levels()) {
        smallest[i] = Math.min(smallest[i], -level);
      }
    }
    return smallest;
  }

  /** With what a region test's own promise counts as alarms. */
  Verdicts verdicts(Statistic statistic, List<NativeView> latents) {
    if (statistic == Statistic.CALIBRATED) {
      return new Verdicts.Classes(smallest(statistic, latents), law, maxima(latents));
    }
    List<NfaMap> maps = tests.get(statistic).segment(latents, shape.view());
    float[] smallest = new float[maps.size()];
    for (int i = 0; i < smallest.length; i++) {
      smallest[i] = maps.get(i).minLog10Nfa();
    }
    return new Verdicts.Regions(smallest, maps);
  }

  @Override
  public void close() {
    tests.values().forEach(AContrario::close);
  }
}
