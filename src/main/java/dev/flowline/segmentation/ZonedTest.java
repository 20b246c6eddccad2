package dev.flowline.segmentation;

import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The tests of zones, one for each, and what they come to together: see {@link Zones}. */
final class ZonedTest implements AutoCloseable {
  private final Zones zones;
  private final List<AContrario> tests = new ArrayList<>(); // by zone
  private FieldOfView view; // of the last call; null at first
  private List<FieldOfView> parts; // of it, by zone

  ZonedTest(SegmentationOptions options, Device device, int threads) {
    zones = options.zones();
    try {
      for (int zone = 0; zone < zones.list().size(); zone++) {
        tests.add(new AContrario(options.ofZone(zone), device, threads));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private List<FieldOfView> parts(FieldOfView wanted) {
    if (!wanted.equals(view)) {
      parts = zones.of(wanted);
      view = wanted;
    }
    return parts;
  }

  /** See {@link AContrario#minLog10Nfa}. */
  float[] minLog10Nfa(List<NativeView> latents, FieldOfView view) {
    float[] smallest = new float[0];
    for (int zone = 0; zone < tests.size(); zone++) {
      float[] inZone = tests.get(zone).minLog10Nfa(latents, parts(view).get(zone));
      if (zone == 0) {
        smallest = new float[inZone.length];
        Arrays.fill(smallest, Float.MAX_VALUE);
      }
      lower(smallest, inZone, zone);
    }
    return smallest;
  }

  /** Lowers numbers to those of a zone where these are smaller. */
  private void lower(float[] smallest, float[] inZone, int zone) {
    Zone of = zones.list().get(zone);
    for (int i = 0; i < smallest.length; i++) {
      smallest[i] = Math.min(smallest[i], of.amongAll(inZone[i]));
    }
  }

  /** See {@link AContrario#segment(List, FieldOfView)}. */
  List<NfaMap> segment(List<NativeView> latents, FieldOfView view) {
    List<List<NfaMap>> byZone = new ArrayList<>();
    for (int zone = 0; zone < tests.size(); zone++) {
      byZone.add(tests.get(zone).segment(latents, parts(view).get(zone)));
    }
    List<NfaMap> maps = new ArrayList<>();
    for (int image = 0; image < byZone.get(0).size(); image++) {
      int at = image;
      maps.add(together(byZone.stream().map(ofZone -> ofZone.get(at)).toList()));
    }
    return List.copyOf(maps);
  }

  /** Returns the map of all zones, each pixel of which is of one zone. */
  private NfaMap together(List<NfaMap> byZone) {
    NfaMap any = byZone.get(0);
    float[] map = new float[any.log10Nfa().length];
    Arrays.fill(map, Float.MAX_VALUE);
    float[] smallest = {Float.MAX_VALUE};
    for (int zone = 0; zone < byZone.size(); zone++) {
      lower(map, byZone.get(zone).log10Nfa(), zone);
      lower(smallest, new float[] {byZone.get(zone).minLog10Nfa()}, zone);
    }
    return new NfaMap(any.height(), any.width(), map, smallest[0]);
  }

  /**
   * See {@link AContrario#decide}; moments are those of the whole image.
   *
   * @return the regions of all zones, each with the name of its own
   */
  List<DecidedImage> decide(
      List<NativeView> latents,
      FieldOfView view,
      double log10Epsilon,
      GuardBand band,
      boolean anomaly,
      boolean withMoments) {
    List<List<DecidedImage>> byZone = new ArrayList<>();
    for (int zone = 0; zone < tests.size(); zone++) {
      boolean first = zone == 0; // anomaly map and moments are every zone's alike
      byZone.add(
          tests
              .get(zone)
              .decideWithWholeMoments(
                  latents,
                  parts(view).get(zone),
                  zones.list().get(zone).threshold(log10Epsilon),
                  zones.list().get(zone).inZone(band, log10Epsilon),
                  anomaly && first,
                  withMoments && first));
    }
    List<DecidedImage> decided = new ArrayList<>();
    for (int image = 0; image < byZone.get(0).size(); image++) {
      int at = image;
      decided.add(
          decided(byZone.stream().map(ofZone -> ofZone.get(at)).toList(), log10Epsilon, band));
    }
    return List.copyOf(decided);
  }

  private DecidedImage decided(List<DecidedImage> byZone, double log10Epsilon, GuardBand band) {
    NfaMap map = together(byZone.stream().map(image -> image.maps().nfaMap()).toList());
    boolean defective = map.minLog10Nfa() < band.defectBelow(log10Epsilon);
    List<Region> regions = new ArrayList<>();
    for (int zone = 0; zone < byZone.size(); zone++) {
      Zone of = zones.list().get(zone);
      DecidedImage inZone = byZone.get(zone);
      List<Region> found =
          defective && inZone.undecided() // by itself its regions are those of the whole band
              ? inZone.maps().nfaMap().regions(of.threshold(log10Epsilon))
              : inZone.regions();
      found.forEach(region -> regions.add(region.in(of)));
    }
    regions.sort(Comparator.comparingDouble(Region::log10Nfa));
    ImageMaps first = byZone.get(0).maps();
    return new DecidedImage(
        byZone.stream().anyMatch(DecidedImage::tested),
        defective,
        band.leavesUndecided(map.minLog10Nfa(), log10Epsilon),
        List.copyOf(regions),
        new ImageMaps(map, first.anomalyMap(), first.anomalyScore(), first.moments()));
  }

  @Override
  public void close() {
    tests.forEach(AContrario::close);
  }
}
