package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The zones of a test: every position of the fused anomaly map is in one of them. Each zone is
 * tested by itself, through its part of the field of view and by its own region law, and no region
 * extends over others: a defect that lies in two zones is judged in each. The most meaningful
 * region {@linkplain Zone among all zones} decides.
 */
public final class Zones {
  /** The least positions in view of a zone: fewer are lost at the model's resolution. */
  public static final int LEAST_POSITIONS = 16;

  /** The most zones; each takes a test of its own. */
  public static final int MOST = 32;

  private static final int MOST_POSITIONS = 1 << 24; // as of a CalibratedView
  private static final double ROUNDING = 1e-6;

  private final int height;
  private final int width;
  private final byte[] zoneOf; // (height, width), indices of zones
  private final List<Zone> zones;

  /**
   * Makes zones.
   *
   * @param height of the fused map
   * @param width of the fused map
   * @param zoneOf (height, width), the index of each position's zone
   * @param zones 1 to {@link #MOST}, with shares that add up to 1
   * @throws IllegalArgumentException if something is out of its bounds
   */
  public Zones(int height, int width, int[] zoneOf, List<Zone> zones) {
    requireSize(height, width);
    requireZones(zones);
    if (zoneOf.length != height * width) {
      throw new IllegalArgumentException(
          "zoneOf must have height * width = %s values, got %s"
              .formatted(height * width, zoneOf.length));
    }
    this.height = height;
    this.width = width;
    this.zones = List.copyOf(zones);
    this.zoneOf = new byte[zoneOf.length];
    for (int i = 0; i < zoneOf.length; i++) {
      if (zoneOf[i] < 0 || zoneOf[i] >= zones.size()) {
        throw new IllegalArgumentException(
            "zoneOf must have indices of %s zones, got %s".formatted(zones.size(), zoneOf[i]));
      }
      this.zoneOf[i] = (byte) zoneOf[i];
    }
  }

  private Zones(Zones of, List<Zone> others) {
    height = of.height;
    width = of.width;
    zoneOf = of.zoneOf;
    zones = List.copyOf(others);
  }

  /**
   * Reads zones, which may come from anybody.
   *
   * @param runs pairs, row by row: the index of a zone, and how many positions in a row are in it
   * @throws IllegalArgumentException if they are not those of a map
   */
  @JsonCreator
  static Zones read(
      @JsonProperty("height") int height,
      @JsonProperty("width") int width,
      @JsonProperty("runs") int[] runs,
      @JsonProperty("zones") List<Zone> zones) {
    requireSize(height, width);
    Objects.requireNonNull(runs, "runs");
    long all = 0;
    for (int i = 1; i < runs.length; i += 2) {
      if (runs[i] < 1) {
        throw new IllegalArgumentException("runs must be of at least 1 position, got " + runs[i]);
      }
      all += runs[i];
    }
    if (runs.length % 2 != 0 || all != (long) height * width) {
      throw new IllegalArgumentException(
          "runs must be pairs that add up to %s x %s positions, got %s"
              .formatted(height, width, all));
    }
    int[] zoneOf = new int[height * width];
    int at = 0;
    for (int i = 0; i < runs.length; i += 2) {
      Arrays.fill(zoneOf, at, at + runs[i + 1], runs[i]);
      at += runs[i + 1];
    }
    return new Zones(height, width, zoneOf, zones);
  }

  private static void requireSize(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "zones must have 1 to %s positions, got %s x %s"
              .formatted(MOST_POSITIONS, height, width));
    }
  }

  private static void requireZones(List<Zone> zones) {
    if (zones == null || zones.isEmpty() || zones.size() > MOST) {
      throw new IllegalArgumentException(
          "there must be 1 to %s zones, got %s".formatted(MOST, zones == null ? 0 : zones.size()));
    }
    Set<String> names = new HashSet<>();
    double shares = 0;
    for (Zone zone : zones) {
      Objects.requireNonNull(zone, "zone");
      if (!names.add(zone.name())) {
        throw new IllegalArgumentException("two zones are named " + zone.name());
      }
      shares += zone.share();
    }
    if (!(Math.abs(shares - 1) < ROUNDING)) {
      throw new IllegalArgumentException("the shares of zones must add up to 1, got " + shares);
    }
  }

  /** Returns the number of rows of the fused map. */
  @JsonProperty("height")
  public int height() {
    return height;
  }

  /** Returns the number of columns of the fused map. */
  @JsonProperty("width")
  public int width() {
    return width;
  }

  @JsonProperty("runs")
  int[] runs() {
    int[] runs = new int[2 * zoneOf.length];
    int used = 0;
    for (int i = 0; i < zoneOf.length; i++) {
      if (i == 0 || zoneOf[i] != zoneOf[i - 1]) {
        runs[used] = zoneOf[i];
        used += 2;
      }
      runs[used - 1]++;
    }
    return Arrays.copyOf(runs, used);
  }

  /** Returns the zones, in the order of their indices. */
  @JsonProperty("zones")
  public List<Zone> list() {
    return zones;
  }

  /** Returns the same zones with region laws of their own; without any if {@code laws} is null. */
  Zones withLaws(List<RegionLaw> laws) {
    Zone[] others = new Zone[zones.size()];
    Arrays.setAll(others, z -> zones.get(z).with(laws == null ? null : laws.get(z)));
    return new Zones(this, List.of(others));
  }

  /**
   * Returns the part of a field of view that each zone has, in their order; a part may be empty.
   *
   * @param view of maps of any size: a pixel is in the zone of the position that its centre is in
   */
  public List<FieldOfView> of(FieldOfView view) {
    int[] zoneOfPixel = ofMaps(view.height(), view.width());
    boolean[] seen = view.mask();
    FieldOfView whole = FieldOfView.whole(view.height(), view.width());
    FieldOfView[] parts = new FieldOfView[zones.size()];
    for (int z = 0; z < parts.length; z++) {
      boolean[] out = new boolean[seen.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = !seen[i] || zoneOfPixel[i] != z;
      }
      parts[z] = whole.ignoring(out);
    }
    return List.of(parts);
  }

  /** Returns the index of the zone of each pixel of a map, (height, width), row-major. */
  public int[] ofMaps(int mapHeight, int mapWidth) {
    int[] ofPixel = new int[mapHeight * mapWidth];
    for (int row = 0; row < mapHeight; row++) {
      int from = (int) ((2L * row + 1) * height / (2L * mapHeight)) * width;
      for (int column = 0; column < mapWidth; column++) {
        ofPixel[row * mapWidth + column] =
            zoneOf[from + (int) ((2L * column + 1) * width / (2L * mapWidth))];
      }
    }
    return ofPixel;
  }

  /**
   * Requires that each zone has enough positions in view to be tested.
   *
   * @param view null for the whole image
   * @throws IllegalArgumentException if one has too few, or the view is of another map
   */
  void requireFit(CalibratedView view) {
    if (view != null && (view.height() != height || view.width() != width)) {
      throw new IllegalArgumentException(
          "the zones are of maps of %s x %s, the field of view of %s x %s"
              .formatted(height, width, view.height(), view.width()));
    }
    List<FieldOfView> parts =
        of(view == null ? FieldOfView.whole(height, width) : view.positions());
    for (int z = 0; z < parts.size(); z++) {
      int positions = parts.get(z).count();
      Integer smallest = zones.get(z).smallestRegion();
      if (positions < LEAST_POSITIONS) {
        throw new IllegalArgumentException(
            "zone %s has %s of the %s x %s positions that the model tests in view, and must have at least %s"
                .formatted(zones.get(z).name(), positions, height, width, LEAST_POSITIONS));
      }
      if (smallest != null && smallest > positions) {
        throw new IllegalArgumentException(
            "the smallest region of zone %s has %s positions, and the zone has %s in view"
                .formatted(zones.get(z).name(), smallest, positions));
      }
    }
  }

  /**
   * Returns what each zone is, by its name with "zone" before it.
   *
   * @param test that has these zones
   */
  public Map<String, String> inWords(SegmentationOptions test) {
    List<FieldOfView> parts = of(test.viewOfNumbers());
    Map<String, String> words = new LinkedHashMap<>();
    for (int z = 0; z < parts.size(); z++) {
      Zone zone = zones.get(z);
      words.put(
          "zone " + zone.name(),
          String.format(
              Locale.ROOT,
              "%s %% of the false alarms; %s of %s positions%s%s",
              percent(zone.share()),
              parts.get(z).count(),
              height * width,
              zone.law() == null ? "" : "; " + zone.law(),
              zone.smallestRegion() == null
                  ? ""
                  : "; smallest region %s positions".formatted(zone.smallestRegion())));
    }
    return words;
  }

  private static String percent(double share) {
    return new BigDecimal(100 * share)
        .round(new MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Zones that
        && height == that.height
        && width == that.width
        && Arrays.equals(zoneOf, that.zoneOf)
        && zones.equals(that.zones);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(zoneOf) + zones.hashCode();
  }

  @Override
  public String toString() {
    return zones.toString();
  }
}
