package dev.flowline.cli;

import dev.flowline.data.IgnoredPixels;
import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.model.NetworkShapes;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.RegionOfInterest;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zones;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where is looked, and how large a region must be: both belong to the test of a model. */
@HelpGroup.In(HelpGroup.VIEW)
final class ViewOptions {
  @Option(
      names = "--roi",
      paramLabel = "X,Y,W,H",
      converter = Rectangle.Converter.class,
      description =
          "Region of interest: left, top, width and height of the rectangle in which defects are looked for, in pixels of the images, or in percent as in 10%%,5%%,80%%,90%% (default: the whole image; in calibrate the model's).")
  private Rectangle roi;

  @Option(
      names = "--ignore",
      paramLabel = "MASK",
      description =
          "Image of the shape of the images, white where defects are not looked for (default: none; in calibrate the model's).")
  private Path ignore;

  @Option(
      names = "--smallest-area",
      paramLabel = "X",
      description =
          "Area below which a region makes no defect, in pixels of the images, or in mm² with --pixel-pitch; 0 for none (default: 0; in calibrate the model's).")
  private Double smallestArea;

  @Option(
      names = "--pixel-pitch",
      paramLabel = "MM",
      description = "Millimetres from one pixel of the images to the next.")
  private Double pixelPitch;

  @Mixin private ZoneOptions zones;

  /** The words of a rectangle, before the size of the images is known. */
  record Rectangle(double[] numbers, boolean percent) {
    static final class Converter implements ITypeConverter<Rectangle> {
      private static final String NUMBER = "\\d{1,9}(\\.\\d{1,9})?";

      @Override
      public Rectangle convert(String value) {
        String[] words = value.split(",", -1);
        boolean percent = value.contains("%");
        double[] numbers = new double[4];
        for (int i = 0; i < 4; i++) {
          String word = words.length == 4 ? words[i].strip() : "";
          if (!word.matches(percent ? NUMBER + "%" : NUMBER)) {
            throw new TypeConversionException(
                "'%s' is not X,Y,W,H: four numbers, all in pixels or all in percent"
                    .formatted(value));
          }
          numbers[i] = Double.parseDouble(word.replace("%", ""));
        }
        return new Rectangle(numbers, percent);
      }
    }

    RegionOfInterest on(Image image) {
      return percent
          ? RegionOfInterest.ofPercent(numbers[0], numbers[1], numbers[2], numbers[3])
          : new RegionOfInterest(
              numbers[0], numbers[1], numbers[2], numbers[3], image.height(), image.width());
    }
  }

  /** Returns whether the user gave a field of view. */
  boolean viewGiven() {
    return roi != null || ignore != null;
  }

  /** Returns whether the user wants another test than that of the whole image. */
  boolean wanted() {
    return viewGiven() || smallestAreaGiven() || zones.given();
  }

  private boolean smallestAreaGiven() {
    return (smallestArea != null && smallestArea > 0) || zones.areaGiven();
  }

  /**
   * Refuses numbers out of their bounds, before anything takes time.
   *
   * @throws IllegalArgumentException naming the option
   */
  void requireBounds() {
    if (smallestArea != null && !(smallestArea >= 0 && Double.isFinite(smallestArea))) {
      throw new IllegalArgumentException("--smallest-area must be at least 0, got " + smallestArea);
    }
    if (pixelPitch != null && !(pixelPitch > 0 && Double.isFinite(pixelPitch))) {
      throw new IllegalArgumentException("--pixel-pitch must be above 0, got " + pixelPitch);
    }
    zones.requireBounds();
    if (pixelPitch != null && smallestArea == null && !zones.areaGiven()) {
      throw new IllegalArgumentException(
          "--pixel-pitch is the unit of --smallest-area, which is not given");
    }
  }

  /**
   * Returns a test with the field of view, the smallest region and the zones that the user gave.
   * The test keeps what the user did not give.
   *
   * @param shapes of the model
   * @param good images that the test is to be measured on
   * @throws IllegalArgumentException naming the option that does not fit the images or the model
   * @throws IOException naming the file, if an image cannot be read
   */
  SegmentationOptions over(
      SegmentationOptions stored, NetworkShapes shapes, List<Sample> good, CommonOptions common)
      throws IOException {
    requireBounds();
    if ((!viewGiven() && smallestArea == null && !zones.given()) || good.isEmpty()) {
      return stored;
    }
    if (shapes.mapHeight() * shapes.mapWidth() == 1) {
      throw new IllegalArgumentException(
          "%s: the model judges the image as a whole, its latents have no positions"
              .formatted(String.join(", ", names())));
    }
    Image first = Images.read(good.get(0).image());
    boolean inPixels = (roi != null && !roi.percent()) || smallestAreaGiven();
    if (inPixels) {
      requireSize(first, good);
    }
    SegmentationOptions test = zones.given() ? stored.withZones(null) : stored;
    if (viewGiven()) {
      test = test.withFieldOfView(view(first, shapes, common).orElse(null));
    }
    ZoneOptions.Positions positions =
        (option, area) -> smallestRegion(option, area, first, shapes, common);
    if (smallestArea != null) {
      test = test.withSmallestRegion(positions.applyAsInt("--smallest-area", smallestArea));
    }
    Zones wanted = zones.given() ? zones.of(first, shapes, positions) : null;
    try {
      return wanted == null ? test : test.withZones(wanted);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--zones: " + e.getMessage(), e);
    }
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    if (roi != null) {
      names.add("--roi");
    }
    if (ignore != null) {
      names.add("--ignore");
    }
    if (smallestArea != null) {
      names.add("--smallest-area");
    }
    if (zones.given()) {
      names.add("--zones");
    }
    return names;
  }

  /** Requires that all images have the size of the first: what is in pixels is ambiguous else. */
  private void requireSize(Image first, List<Sample> good) throws IOException {
    for (Sample sample : good) {
      Image image = Images.read(sample.image());
      if (image.height() != first.height() || image.width() != first.width()) {
        throw new IllegalArgumentException(
            "%s in pixels takes images of one size: %s has %s x %s, %s has %s x %s%s"
                .formatted(
                    roi != null && !roi.percent() ? "--roi" : "--smallest-area",
                    good.get(0).image(),
                    first.width(),
                    first.height(),
                    sample.image(),
                    image.width(),
                    image.height(),
                    roi != null && !roi.percent()
                        ? "; give it in percent, as in --roi 10%,5%,80%,90%"
                        : ""));
      }
    }
  }

  private Optional<CalibratedView> view(Image first, NetworkShapes shapes, CommonOptions common)
      throws IOException {
    IgnoredPixels mask = ignore == null ? null : IgnoredPixels.read(ignore);
    int height = shapes.mapHeight();
    int width = shapes.mapWidth();
    try {
      if (mask == null) {
        return CalibratedView.of(height, width, roi.on(first), null, null);
      }
      mask.requireShapeOf(first.height(), first.width());
      mask.oddity().ifPresent(odd -> common.err().println("warning: --ignore: " + odd));
      return CalibratedView.of(
          height, width, roi == null ? null : roi.on(first), mask.at(height, width), mask.mask());
    } catch (IllegalArgumentException e) {
      List<String> given = names();
      given.removeAll(List.of("--smallest-area", "--zones"));
      throw new IllegalArgumentException(String.join(" and ", given) + ": " + e.getMessage(), e);
    }
  }

  /** Returns the least number of positions that have the smallest area. */
  private int smallestRegion(
      String option, double area, Image first, NetworkShapes shapes, CommonOptions common) {
    int positions = shapes.mapHeight() * shapes.mapWidth();
    double pixelsPerPosition = (double) first.height() * first.width() / positions;
    double pixels = pixelPitch == null ? area : area / (pixelPitch * pixelPitch);
    double least = Math.ceil(pixels / pixelsPerPosition - 1e-9);
    if (!(least <= positions)) {
      throw new IllegalArgumentException(
          "%s: %s is more than the images have, %s x %s pixels (width x height)"
              .formatted(
                  option,
                  area + (pixelPitch == null ? " pixels" : " mm²"),
                  first.width(),
                  first.height()));
    }
    if (area > 0 && least <= 1) {
      common
          .err()
          .println(
              "note: %s: one position of the model's map covers as much of an image already, so that regions of any size count"
                  .formatted(option));
    }
    return least <= 1 ? 0 : (int) least;
  }
}
