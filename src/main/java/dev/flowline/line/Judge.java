package dev.flowline.line;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.segmentation.DecidedMap;
import dev.flowline.segmentation.DecidingGrids;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.NfaMap;
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
  private final AContrario aContrario;

  /**
   * Makes a judge.
   *
   * @param test with the threshold that decides
   * @param device on which the latents will be
   */
  public Judge(SegmentationOptions test, Device device) {
    this.test = test;
    aContrario = new AContrario(test, device, 1);
  }

  /** Returns the statistical test in use. */
  public SegmentationOptions test() {
    return test;
  }

  /**
   * Judges the latents of N images. The most meaningful region before interpolation decides the
   * verdict, which does not depend on the map's size. This region is always the first one of a
   * defective image, see {@link DecidedMap}.
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
    List<ImageMaps> maps = maps(latents, view, modelMaps.isEmpty(), moments);
    DecidingGrids grids = new DecidingGrids(aContrario, latents, view);
    List<Judgement> judgements = new ArrayList<>();
    for (int image = 0; image < maps.size(); image++) {
      ImageMaps found = maps.get(image);
      AnomalyMap map =
          modelMaps.isPresent()
              ? modelMaps.get().get(image)
              : new AnomalyMap(found.anomalyMap(), found.anomalyScore());
      Verdict verdict = verdict(found.nfaMap());
      DecidedMap decided =
          verdict == Verdict.DEFECT
              ? DecidedMap.of(found.nfaMap(), image, grids, test.log10Epsilon())
              : new DecidedMap(found.nfaMap(), List.of());
      judgements.add(
          new Judgement(
              verdict,
              decided.regions(),
              decided.nfaMap(),
              map.levels(),
              map.score(),
              found.moments()));
    }
    return List.copyOf(judgements);
  }

  /** Returns the maps of each image, without an anomaly map if the model makes its own. */
  private List<ImageMaps> maps(
      List<NativeView> latents, FieldOfView view, boolean anomaly, boolean moments) {
    if (moments) {
      return aContrario.mapsWithMoments(latents, view);
    }
    return anomaly
        ? aContrario.maps(latents, view)
        : aContrario.segment(latents, view).stream()
            .map(nfaMap -> new ImageMaps(nfaMap, null, Float.NaN, null))
            .toList();
  }

  private Verdict verdict(NfaMap nfa) {
    if (nfa.isOfNothing()) {
      return Verdict.NOT_INSPECTED;
    }
    return nfa.minLog10Nfa() < test.log10Epsilon() ? Verdict.DEFECT : Verdict.GOOD;
  }

  @Override
  public void close() {
    aContrario.close();
  }
}
