package dev.flowline.line;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.segmentation.DecidedImage;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A judge of latents, for one thread at a time: a statistical test and its threshold give verdicts
 * with regions, scores and maps. It knows nothing of the engine that computed the latents. It owns
 * a libflowline context.
 */
public final class Judge implements AutoCloseable {
  private final SegmentationOptions test;
  private final GuardBand band;
  private final AContrario aContrario;

  /**
   * Makes a judge that decides about every part.
   *
   * @param test with the threshold that decides
   * @param device on which the latents will be
   */
  public Judge(SegmentationOptions test, Device device) {
    this(test, GuardBand.NONE, device);
  }

  /**
   * Makes a judge with a guard band.
   *
   * @param test with the threshold that decides
   * @param band around this threshold, within which a part is {@link Verdict#UNDECIDED}
   * @param device on which the latents will be
   */
  public Judge(SegmentationOptions test, GuardBand band, Device device) {
    this.test = test;
    this.band = band;
    aContrario = new AContrario(test, device, 1);
  }

  /** Returns the statistical test in use. */
  public SegmentationOptions test() {
    return test;
  }

  /** Returns the guard band around the threshold. */
  public GuardBand band() {
    return band;
  }

  /**
   * Judges the latents of N images. The most meaningful region before interpolation decides the
   * verdict, which does not depend on the map's size. This region is always the first one of a
   * defective or undecided image, see {@link DecidedImage}.
   *
   * @param latents (N, C, H, W) by scale, finest first
   * @param modelMaps one map and score of the model per image, of the view's size; empty if the
   *     model's are those that libflowline makes of the latents
   * @param view size of the maps, and field of view; an image without a tested position is {@link
   *     Verdict#NOT_INSPECTED}
   * @param moments whether the judgements are to have {@link Judgement#moments}
   */
  public List<Judgement> judge(
      List<NativeView> latents,
      Optional<List<AnomalyMap>> modelMaps,
      FieldOfView view,
      boolean moments) {
    return judge(latents, modelMaps, view, moments, test.log10Epsilon());
  }

  /**
   * Judges the latents of N images by another threshold than the test's, which the guard band is
   * around; otherwise as {@link #judge(List, Optional, FieldOfView, boolean)}.
   */
  List<Judgement> judge(
      List<NativeView> latents,
      Optional<List<AnomalyMap>> modelMaps,
      FieldOfView view,
      boolean moments,
      double log10Epsilon) {
    List<DecidedImage> decided =
        aContrario.decide(latents, view, log10Epsilon, band, modelMaps.isEmpty(), moments);
    List<Judgement> judgements = new ArrayList<>();
    for (int image = 0; image < decided.size(); image++) {
      DecidedImage found = decided.get(image);
      ImageMaps maps = found.maps();
      AnomalyMap map =
          modelMaps.isPresent()
              ? modelMaps.get().get(image)
              : new AnomalyMap(maps.anomalyMap(), maps.anomalyScore());
      judgements.add(
          new Judgement(
              verdict(found),
              found.regions(),
              maps.nfaMap(),
              map.levels(),
              map.score(),
              maps.moments()));
    }
    return List.copyOf(judgements);
  }

  /** Returns the minimum log10 NFA of one image, without its maps. */
  float minLog10Nfa(List<NativeView> latents, FieldOfView view) {
    return aContrario.minLog10Nfa(latents, view)[0];
  }

  private static Verdict verdict(DecidedImage image) {
    if (!image.tested()) {
      return Verdict.NOT_INSPECTED;
    }
    if (image.undecided()) {
      return Verdict.UNDECIDED;
    }
    return image.defective() ? Verdict.DEFECT : Verdict.GOOD;
  }

  @Override
  public void close() {
    aContrario.close();
  }
}
