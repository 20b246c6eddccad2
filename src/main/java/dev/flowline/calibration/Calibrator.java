package dev.flowline.calibration;

import dev.flowline.internal.FlowlineException;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.LatentMoments;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The calibrator of a model's statistical test. It uses good images that the model was not trained
 * on: some measure the region law, others, which are used for nothing else, set the threshold. Both
 * are looked at through the {@linkplain SegmentationOptions#fieldOfView field of view} of the test,
 * and by its zones.
 */
public final class Calibrator {
  private final Device device;

  /**
   * Makes a calibrator.
   *
   * @param device where the latents are
   */
  public Calibrator(Device device) {
    this.device = device;
  }

  /**
   * Returns a test with the region law of the images, or without a law if there are fewer than
   * {@link RegionLaw#LEAST_IMAGES} images; log10Epsilon is 0.
   *
   * @param wanted everything else of the test
   * @throws IOException naming the file, if an image cannot be read
   */
  public SegmentationOptions measured(
      SegmentationOptions wanted, NullHypothesis nullHypothesis, GoodImages images)
      throws IOException {
    SegmentationOptions plain = wanted.withLaw(null).withLog10Epsilon(0);
    if (nullHypothesis == NullHypothesis.CHI_SQUARE || images.count() < RegionLaw.LEAST_IMAGES) {
      return plain;
    }
    return maxima(wanted, images).measured(plain);
  }

  /**
   * Returns the maxima of images, which make their region law and those of zones, through the field
   * of view of a test.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public RegionMaxima maxima(SegmentationOptions wanted, GoodImages images) throws IOException {
    FieldOfView view = wanted.viewOfNumbers();
    List<FieldOfView> parts = wanted.zones() == null ? List.of() : wanted.zones().of(view);
    List<RelativeMaxima> maxima = new ArrayList<>();
    List<List<RelativeMaxima>> maximaOfZones = new ArrayList<>();
    parts.forEach(part -> maximaOfZones.add(new ArrayList<>()));
    int[] size = new int[2]; // of the maps, which all have one
    each(
        images,
        // laws are measured for zones and a smallest region, and not with them
        wanted.withLaw(null).withLog10Epsilon(0).withZones(null).withSmallestRegion(0),
        (judged, input) -> {
          FusedAnomalyMap map = judged.moments().fusedMap();
          maxima.add(map.relativeMaxima(view));
          for (int zone = 0; zone < parts.size(); zone++) {
            maximaOfZones.get(zone).add(map.relativeMaxima(parts.get(zone)));
          }
          size[0] = map.height();
          size[1] = map.width();
        });
    return new RegionMaxima(maxima, maximaOfZones, size[0], size[1]);
  }

  /**
   * Returns the calibration of a test's threshold, for maps of any size.
   *
   * @param rate the requested rate of false-alarm images
   * @throws IOException naming the file, if an image cannot be read
   */
  public Calibration threshold(SegmentationOptions options, FalseAlarmRate rate, GoodImages images)
      throws IOException {
    return Calibration.of(statistics(options, images), rate);
  }

  /**
   * Returns the calibration of a test's threshold for parts that will come in a mix.
   *
   * @param mix null if parts come as the images do
   * @param groups of the images, in their order; null without a mix
   * @throws IllegalArgumentException if the images of a group are too few, or not those of the mix
   * @throws IOException naming the file, if an image cannot be read
   */
  Calibration threshold(
      SegmentationOptions options,
      FalseAlarmRate rate,
      GoodImages images,
      GroupMix mix,
      List<String> groups)
      throws IOException {
    List<CalibrationImage> plain = statistics(options, images);
    List<CalibrationImage> grouped = new ArrayList<>();
    for (int image = 0; image < plain.size(); image++) {
      grouped.add(mix == null ? plain.get(image) : plain.get(image).of(groups.get(image)));
    }
    return Calibration.of(grouped, rate, mix);
  }

  /**
   * Returns the statistics of images, in their order.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public List<CalibrationImage> statistics(SegmentationOptions options, GoodImages images)
      throws IOException {
    List<CalibrationImage> calibrated = new ArrayList<>();
    FieldOfView view = options.viewOfNumbers();
    each(
        images,
        options,
        (judged, input) ->
            calibrated.add(
                new CalibrationImage(
                    judged.nfaMap().minLog10Nfa(),
                    LatentStatistics.of(judged.moments(), view),
                    input)));
    return calibrated;
  }

  /**
   * Returns the fused anomaly map of an image.
   *
   * @param image its number
   * @throws IOException naming the file, if the image cannot be read
   */
  public FusedAnomalyMap fusedMap(SegmentationOptions wanted, GoodImages images, int image)
      throws IOException {
    FusedAnomalyMap[] map = new FusedAnomalyMap[1];
    each(
        images.only(List.of(image)),
        wanted.withLaw(null).withLog10Epsilon(0).withZones(null).withSmallestRegion(0),
        (judged, input) -> map[0] = judged.moments().fusedMap());
    return map[0];
  }

  /**
   * Returns the minimum log10NFA of each image by a test.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  public List<Double> minLog10Nfa(SegmentationOptions options, GoodImages images)
      throws IOException {
    List<Double> statistics = new ArrayList<>();
    FieldOfView view = options.viewOfNumbers();
    try (AContrario test = new AContrario(options, device, 1)) {
      for (int image = 0; image < images.count(); image++) {
        try {
          images.read(
              image,
              (latents, input) -> statistics.add((double) test.minLog10Nfa(latents, view)[0]));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
    return statistics;
  }

  /** A step of a calibration, which takes one image's maps with {@link LatentMoments}. */
  private interface Step {
    void take(ImageMaps judged, InputStatistics input);
  }

  private void each(GoodImages images, SegmentationOptions options, Step step) throws IOException {
    FieldOfView view = options.viewOfNumbers();
    try (AContrario test = new AContrario(options, device, 1)) {
      for (int image = 0; image < images.count(); image++) {
        try {
          images.read(
              image,
              (latents, input) -> step.take(test.mapsWithMoments(latents, view).get(0), input));
        } catch (FlowlineException e) {
          throw new IOException(images.name(image) + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
