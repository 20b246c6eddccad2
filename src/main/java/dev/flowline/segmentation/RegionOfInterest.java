package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * A region of interest as a person gives it: a rectangle in pixels of images of one size, or in
 * percent of an image. On images of another size it is the same share of the image.
 *
 * @param x left
 * @param y top
 * @param width above 0
 * @param height above 0
 * @param imageHeight rows of the images in whose pixels it is; null if it is in percent
 * @param imageWidth columns of these images; null if it is in percent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegionOfInterest(
    double x, double y, double width, double height, Integer imageHeight, Integer imageWidth) {
  private static final double PERCENT = 100;
  private static final double ROUNDING = 1e-9; // of percentages that add up to 100

  /**
   * Makes a region of interest.
   *
   * @throws IllegalArgumentException if it is empty or not inside the image
   */
  public RegionOfInterest {
    if ((imageHeight == null) != (imageWidth == null)
        || (imageHeight != null && Math.min(imageHeight, imageWidth) < 1)) {
      throw new IllegalArgumentException(
          "imageHeight and imageWidth must both be at least 1, or both be left out, got %s and %s"
              .formatted(imageHeight, imageWidth));
    }
    double right = imageWidth == null ? PERCENT : imageWidth;
    double bottom = imageHeight == null ? PERCENT : imageHeight;
    boolean inside =
        x >= 0
            && y >= 0
            && width > 0
            && height > 0
            && x + width <= right + ROUNDING
            && y + height <= bottom + ROUNDING;
    if (!inside) {
      throw new IllegalArgumentException(
          "region of interest (x %s, y %s, %s wide, %s high) must lie inside %s"
              .formatted(
                  brief(x),
                  brief(y),
                  brief(width),
                  brief(height),
                  imageWidth == null
                      ? "100 % x 100 % of the image"
                      : "the %s x %s pixels (width x height) of the images"
                          .formatted(imageWidth, imageHeight)));
    }
  }

  /** Returns a region of interest in percent of the image. */
  public static RegionOfInterest ofPercent(double x, double y, double width, double height) {
    return new RegionOfInterest(x, y, width, height, null, null);
  }

  /**
   * Returns whether a place is inside.
   *
   * @param down from the top of the image, as a share of its height
   * @param right from the left of the image, as a share of its width
   */
  boolean contains(double down, double right) {
    double column = right * (imageWidth == null ? PERCENT : imageWidth);
    double row = down * (imageHeight == null ? PERCENT : imageHeight);
    return column >= x && column < x + width && row >= y && row < y + height;
  }

  /** Returns the rectangle and what it is in, in words. */
  @JsonIgnore
  public String inWords() {
    String unit = imageWidth == null ? " %" : "";
    String rectangle =
        String.format(
            Locale.ROOT,
            "x %s%s, y %s%s, %s%s wide, %s%s high",
            brief(x),
            unit,
            brief(y),
            unit,
            brief(width),
            unit,
            brief(height),
            unit);
    return imageWidth == null
        ? rectangle
        : rectangle + ", of images of %s x %s pixels".formatted(imageWidth, imageHeight);
  }

  private static String brief(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
