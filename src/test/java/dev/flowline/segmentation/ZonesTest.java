package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zones are tests of their parts of the image, of which the smallest number decides. */
class ZonesTest {
  private static final int CHANNELS = 4;
  private static final int HEIGHT = 14;
  private static final int WIDTH = 18;
  private static final double[] SHARES = {0.75, 0.2, 0.05};
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Left, middle and right. */
  private static int[] zoneOf() {
    int[] zoneOf = new int[HEIGHT * WIDTH];
    for (int i = 0; i < zoneOf.length; i++) {
      zoneOf[i] = 3 * (i % WIDTH) / WIDTH;
    }
    return zoneOf;
  }

  private static Zones zones(Integer smallest) {
    List<Zone> zones = new ArrayList<>();
    for (double share : SHARES) {
      zones.add(new Zone("zone " + zones.size(), share, zones.isEmpty() ? smallest : null, null));
    }
    return new Zones(HEIGHT, WIDTH, zoneOf(), zones);
  }

  private static List<NativeView> latents(long seed, int images) {
    Random random = new Random(seed);
    List<NativeView> latents = new ArrayList<>();
    for (int scale = 1; scale <= 2; scale++) {
      float[] values = new float[images * CHANNELS * (HEIGHT / scale) * (WIDTH / scale)];
      double strength = 1 + random.nextDouble();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (strength * random.nextGaussian());
      }
      FloatPointer pointer = new FloatPointer(values);
      long[] shape = {images, CHANNELS, HEIGHT / scale, WIDTH / scale};
      latents.add(NativeView.cpu(pointer.address(), shape, pointer));
    }
    return latents;
  }

  private static SegmentationOptions chiSquare() {
    return new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);
  }

  /** Returns a test with a law for each zone, of noise. */
  private static SegmentationOptions withLaws(Zones zones) {
    List<FieldOfView> parts = zones.of(FieldOfView.whole(HEIGHT, WIDTH));
    List<RelativeMaxima> whole = new ArrayList<>();
    List<List<RelativeMaxima>> byZone = new ArrayList<>();
    parts.forEach(part -> byZone.add(new ArrayList<>()));
    try (AContrario plain = new AContrario(chiSquare(), 1)) {
      for (int image = 0; image < 15; image++) {
        FusedAnomalyMap map = plain.fusedMaps(latents(500 + image, 1)).get(0);
        whole.add(map.relativeMaxima(FieldOfView.whole(HEIGHT, WIDTH)));
        for (int z = 0; z < parts.size(); z++) {
          byZone.get(z).add(map.relativeMaxima(parts.get(z)));
        }
      }
    }
    return chiSquare()
        .withZones(zones)
        .withLaws(RegionLaw.relative(whole), byZone.stream().map(RegionLaw::relative).toList());
  }

  /** The definition, by calls of the test without zones: what a caller of libflowline does. */
  @Test
  void aTestWithZonesIsOneOfEachAndTheSmallestDecides() {
    int defects = 0;
    int crossings = 0;
    for (SegmentationOptions test :
        List.of(chiSquare().withZones(zones(null)), withLaws(zones(null)), withLaws(zones(5)))) {
      for (int round = 0; round < 12; round++) {
        List<NativeView> latents = latents(round, 2);
        FieldOfView view = FieldOfView.whole(40, 50);
        view = round % 3 == 0 ? view.within(10, 4, 35, 30) : view;
        float[] smallest = byHand(test, latents, view);
        double log10Epsilon = smallest[round % 2] + (round % 4 < 2 ? 0.01 : 0);
        SegmentationOptions set = test.withLog10Epsilon(log10Epsilon);
        try (AContrario zoned = new AContrario(set, 1)) {
          assertArrayEquals(smallest, zoned.minLog10Nfa(latents, view));
          List<DecidedImage> decided = zoned.decide(latents, view, true, true);
          List<ImageMaps> maps = zoned.mapsWithMoments(latents, view);
          List<NfaMap> nfaMaps = zoned.segment(latents, view);
          for (int image = 0; image < 2; image++) {
            DecidedImage found = decided.get(image);
            assertEquals(smallest[image], found.maps().nfaMap().minLog10Nfa());
            assertEquals(smallest[image], maps.get(image).nfaMap().minLog10Nfa());
            assertArrayEquals(nfaMaps.get(image).log10Nfa(), maps.get(image).nfaMap().log10Nfa());
            assertArrayEquals(maps.get(image).anomalyMap(), found.maps().anomalyMap());
            LatentMoments moments = maps.get(image).moments();
            assertArrayEquals(moments.meanEnergies(), found.maps().moments().meanEnergies());
            assertArrayEquals(
                moments.channelMeans().get(1), found.maps().moments().channelMeans().get(1));
            assertEquals(smallest[image] < log10Epsilon, found.defective());
            check(set, found, view, log10Epsilon);
            defects += found.defective() ? 1 : 0;
            crossings += found.regions().stream().map(Region::zone).distinct().count() > 1 ? 1 : 0;
          }
        }
      }
    }
    assertTrue(defects > 20 && crossings > 3, defects + " defects, " + crossings + " crossings");
  }

  /** Returns the smallest log10 NFA of each image among all zones. */
  private static float[] byHand(
      SegmentationOptions test, List<NativeView> latents, FieldOfView view) {
    float[] smallest = {Float.MAX_VALUE, Float.MAX_VALUE};
    for (int z = 0; z < SHARES.length; z++) {
      boolean[] out = new boolean[view.height() * view.width()];
      for (int i = 0; i < out.length; i++) {
        int row = (int) ((i / view.width() + 0.5) * HEIGHT / view.height());
        int column = (int) ((i % view.width() + 0.5) * WIDTH / view.width());
        out[i] =
            zoneOf()[row * WIDTH + column] != z
                || !view.contains(i / view.width(), i % view.width());
      }
      FieldOfView part = FieldOfView.whole(view.height(), view.width()).ignoring(out);
      Zone zone = test.zones().list().get(z);
      SegmentationOptions alone =
          chiSquare()
              .withLaw(zone.law())
              .withSmallestRegion(zone.smallestRegion() == null ? 0 : zone.smallestRegion());
      try (AContrario one = new AContrario(alone, 1)) {
        float[] inZone = one.minLog10Nfa(latents, part);
        for (int image = 0; image < 2; image++) {
          float amongAll = (float) (inZone[image] - Math.log10(SHARES[z]));
          smallest[image] = Math.min(smallest[image], amongAll);
        }
      }
    }
    return smallest;
  }

  /** Regions, mask and verdict are of one number. */
  private static void check(
      SegmentationOptions test, DecidedImage found, FieldOfView view, double log10Epsilon) {
    assertEquals(found.defective(), !found.regions().isEmpty());
    NfaMap map = found.maps().nfaMap();
    boolean[] mask = map.mask(log10Epsilon);
    long area = 0;
    int[] zoneOf = test.zones().ofMaps(view.height(), view.width());
    for (Region region : found.regions()) {
      int peak = region.peakY() * view.width() + region.peakX();
      assertEquals(region.log10Nfa(), map.log10Nfa()[peak]);
      assertEquals(region.zone(), test.zones().list().get(zoneOf[peak]).name());
      assertTrue(region.log10Nfa() < log10Epsilon);
      area += region.area();
    }
    long marked = 0;
    for (boolean pixel : mask) {
      marked += pixel ? 1 : 0;
    }
    assertEquals(marked, area, "the regions are the mask");
    if (found.defective()) {
      assertEquals(map.minLog10Nfa(), found.regions().get(0).log10Nfa());
    }
  }

  /** No float changes sides by the subtraction of the share. */
  @Test
  void theThresholdOfAZoneIsExact() {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      Zone zone = new Zone("a", Math.max(1e-9, random.nextDouble()), null, null);
      double log10Epsilon =
          switch (round % 4) {
            case 0 -> 0;
            case 1 -> -Math.log10(zone.share()); // where the zone's own is nearly 0
            case 2 -> -800 * random.nextDouble();
            default -> (float) (3 * random.nextGaussian());
          };
      double threshold = zone.threshold(log10Epsilon);
      float value = (float) threshold;
      for (float v :
          new float[] {
            value, Math.nextUp(value), Math.nextDown(value), (float) random.nextGaussian(), 0
          }) {
        assertEquals(zone.amongAll(v) < log10Epsilon, v < threshold, v + " of " + zone);
      }
    }
    Zone all = new Zone("all", 1, null, null);
    assertEquals(-2.5, all.threshold(-2.5));
    assertEquals(Float.MAX_VALUE, all.amongAll(Float.MAX_VALUE));
  }

  @Test
  void nothingInViewIsNotTested() {
    try (AContrario zoned = new AContrario(chiSquare().withZones(zones(null)), 1)) {
      FieldOfView nothing = FieldOfView.whole(9, 9).ignoring(filled(81));
      DecidedImage found = zoned.decide(latents(1, 1), nothing, false, false).get(0);
      assertFalse(found.tested() || found.defective());
      FieldOfView left = FieldOfView.whole(HEIGHT, WIDTH).within(0, 0, 6, HEIGHT);
      assertTrue(zoned.decide(latents(1, 1), left, false, false).get(0).tested());
    }
  }

  private static boolean[] filled(int count) {
    boolean[] filled = new boolean[count];
    Arrays.fill(filled, true);
    return filled;
  }

  @Test
  void zonesAreStored() throws IOException {
    for (SegmentationOptions test :
        List.of(chiSquare().withZones(zones(3)).withSmallestRegion(0), withLaws(zones(3)))) {
      String text = JSON.writeValueAsString(test);
      assertEquals(test, JSON.readValue(text, SegmentationOptions.class));
      assertArrayEquals(
          test.zones().ofMaps(30, 40),
          JSON.readValue(text, SegmentationOptions.class).zones().ofMaps(30, 40));
    }
    assertFalse(JSON.writeValueAsString(chiSquare()).contains("zones"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"height\":1,\"width\":40,\"runs\":[0,20,1,19],\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,1],\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,41,1,-1],\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,2,20],\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,-1,20],\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,40],\"zones\":[A]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,40],\"zones\":[A,A]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,40],\"zones\":[]}",
        "{\"height\":1,\"width\":40,\"zones\":[A,B]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,1,20]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,1,20],\"zones\":[A,null]}",
        "{\"height\":1,\"width\":40,\"runs\":[0,20,1,20],\"zones\":[A,C]}",
        "{\"height\":99999,\"width\":99999,\"runs\":[0,1,1,1],\"zones\":[A,B]}"
      })
  void whatIsNoZonesIsRefused(String text) {
    String json =
        text.replace("A", "{\"name\":\"a\",\"share\":0.4}")
            .replace("B", "{\"name\":\"b\",\"share\":0.6}")
            .replace("C", "{\"name\":\"b\\nc\",\"share\":0.6}");
    assertThrows(IOException.class, () -> JSON.readValue(json, Zones.class));
  }

  @Test
  void aZoneNeedsPositionsInView() {
    CalibratedView left =
        CalibratedView.of(HEIGHT, WIDTH, RegionOfInterest.ofPercent(0, 0, 70, 100), null, null)
            .orElseThrow();
    SegmentationOptions test = chiSquare().withFieldOfView(left);
    IllegalArgumentException few =
        assertThrows(IllegalArgumentException.class, () -> test.withZones(zones(null)));
    assertTrue(few.getMessage().contains("zone zone 2 has 14 of the 14 x 18"), few.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> chiSquare().withZones(zones(HEIGHT * WIDTH / 3 + 1)));
    SegmentationOptions laws = withLaws(zones(null));
    assertThrows(IllegalArgumentException.class, () -> laws.withLaws(null, laws(laws)));
  }

  private static List<RegionLaw> laws(SegmentationOptions test) {
    return test.zones().list().stream().map(Zone::law).toList();
  }
}
