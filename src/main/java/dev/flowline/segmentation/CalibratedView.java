package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The field of view that belongs to a test: its region law and its threshold are those of good
 * images that were looked at through it. It says which positions of the fused anomaly map are
 * tested. On maps of at least that size, {@link #ofMaps} has these positions tested exactly, so
 * that an inspection tests what the calibration tested.
 */
public final class CalibratedView {
  /** The most positions of a map: those of an input of 16,384 pixels per side at stride 4. */
  private static final int MOST_POSITIONS = 1 << 24;

  private final FieldOfView positions;
  private final RegionOfInterest region; // null without one
  private final IgnoreMask ignore; // null without one

  private CalibratedView(FieldOfView positions, RegionOfInterest region, IgnoreMask ignore) {
    this.positions = positions;
    this.region = region;
    this.ignore = ignore;
  }

  /**
   * Returns the field of view of a region of interest without the positions that a mask ignores. A
   * position is in it if its centre lies in the region.
   *
   * @param height of the fused map
   * @param width of the fused map
   * @param region null for the whole image
   * @param ignored (height, width), true where a position is ignored; null for nowhere
   * @param ignore the file that {@code ignored} comes from; null if there is none
   * @return empty if every position is in view
   * @throws IllegalArgumentException if no position is in view, or the mask has another size
   */
  public static Optional<CalibratedView> of(
      int height, int width, RegionOfInterest region, boolean[] ignored, IgnoreMask ignore) {
    FieldOfView whole = FieldOfView.whole(height, width);
    boolean[] out = ignored == null ? new boolean[height * width] : ignored.clone();
    for (int i = 0; i < out.length && region != null; i++) {
      out[i] |= !region.contains((i / width + 0.5) / height, (i % width + 0.5) / width);
    }
    FieldOfView positions = whole.ignoring(out);
    int inView = positions.count();
    if (inView == 0) {
      throw new IllegalArgumentException(
          "nothing is in view: none of the %s x %s positions that the model tests (height x width)"
              .formatted(height, width));
    }
    return inView == out.length
        ? Optional.empty()
        : Optional.of(new CalibratedView(positions, region, ignore));
  }

  /**
   * Reads a field of view, which may come from anybody.
   *
   * @param runs numbers of positions, row by row: in view, then out of view, and so on
   * @throws IllegalArgumentException if they are not those of a map with positions in view
   */
  @JsonCreator
  static CalibratedView read(
      @JsonProperty("height") int height,
      @JsonProperty("width") int width,
      @JsonProperty("runs") int[] runs,
      @JsonProperty("region") RegionOfInterest region,
      @JsonProperty("ignore") IgnoreMask ignore) {
    if (height < 1 || width < 1 || (long) height * width > MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "a field of view must have 1 to %s positions, got %s x %s"
              .formatted(MOST_POSITIONS, height, width));
    }
    Objects.requireNonNull(runs, "runs");
    long all = Arrays.stream(runs).asLongStream().sum();
    if (all != (long) height * width || Arrays.stream(runs).anyMatch(run -> run < 0)) {
      throw new IllegalArgumentException(
          "runs must be numbers of at least 0 that add up to %s x %s, got a sum of %s"
              .formatted(height, width, all));
    }
    boolean[] out = new boolean[height * width];
    int at = 0;
    for (int i = 0; i < runs.length; i++) {
      Arrays.fill(out, at, at + runs[i], i % 2 == 1);
      at += runs[i];
    }
    FieldOfView positions = FieldOfView.whole(height, width).ignoring(out);
    if (positions.count() == 0) {
      throw new IllegalArgumentException("runs have no position in view");
    }
    return new CalibratedView(positions, region, ignore);
  }

  /** Returns the number of rows of the fused map. */
  @JsonProperty("height")
  public int height() {
    return positions.height();
  }

  /** Returns the number of columns of the fused map. */
  @JsonProperty("width")
  public int width() {
    return positions.width();
  }

  @JsonProperty("runs")
  int[] runs() {
    return positions.runs();
  }

  /** Returns the region of interest as it was given; null without one. */
  @JsonProperty("region")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public RegionOfInterest region() {
    return region;
  }

  /** Returns the file of the mask; null without one. */
  @JsonProperty("ignore")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public IgnoreMask ignore() {
    return ignore;
  }

  /** Returns the field of view in positions of the fused map. */
  public FieldOfView positions() {
    return positions;
  }

  /** Returns the field of view in pixels of maps of a size. */
  public FieldOfView ofMaps(int height, int width) {
    return positions.resized(height, width);
  }

  /** Returns the digest of the positions in view, see {@link FieldOfView#sha256}. */
  public String sha256() {
    return positions.sha256();
  }

  /** Returns what is in view, in words. */
  public String inWords() {
    int all = height() * width();
    return String.format(
        Locale.ROOT,
        "%s of %s positions, %.1f %%%s%s; SHA-256 %s",
        positions.count(),
        all,
        100.0 * positions.count() / all,
        region == null ? "" : "; region of interest: " + region.inWords(),
        ignore == null ? "" : "; without what %s ignores".formatted(ignore.file()),
        sha256());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibratedView that
        && positions.equals(that.positions)
        && Objects.equals(region, that.region)
        && Objects.equals(ignore, that.ignore);
  }

  @Override
  public int hashCode() {
    return positions.hashCode();
  }

  @Override
  public String toString() {
    return inWords();
  }
}
