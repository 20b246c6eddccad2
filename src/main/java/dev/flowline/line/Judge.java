package dev.flowline.line;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges latents: from latents, a statistical test and its threshold to verdicts, with regions,
 * scores and maps. It knows nothing of the engine that made the latents. It owns a context of
 * libflowline; one thread at a time.
 */
public final class Judge implements AutoCloseable {
  private final SegmentationOptions test;
  private final AContrario aContrario;

  /**
   * @param test with the threshold that decides
   * @param device on which the latents will lie
   */
  public Judge(SegmentationOptions test, Device device) {
    this.test = test;
    aContrario = new AContrario(test, device, 1);
  }

  /** The statistical test in use. */
  public SegmentationOptions test() {
    return test;
  }

  /**
   * Judges the latents of N images. The verdict does not depend on the map's size: it is that of
   * the most meaningful region before interpolation.
   *
   * @param latents (N, C, H, W) by scale, finest first
   * @param own maps and scores of the model, one an image, of the view's size; empty if those that
   *     libflowline makes of the latents are the model's
   * @param view size of the maps, and where to look
   * @param moments whether the judgements shall hold {@link Judgement#moments}
   */
  public List<Judgement> judge(
      List<NativeView> latents, Optional<List<AnomalyMap>> own, FieldOfView view, boolean moments) {
    List<ImageMaps> maps = maps(latents, view, own.isEmpty(), moments);
    List<Judgement> judgements = new ArrayList<>();
    for (int image = 0; image < maps.size(); image++) {
      ImageMaps found = maps.get(image);
      AnomalyMap map =
          own.isPresent()
              ? own.get().get(image)
              : new AnomalyMap(found.anomalyMap(), found.anomalyScore());
      judgements.add(judgement(found, map));
    }
    return List.copyOf(judgements);
  }

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

  private Judgement judgement(ImageMaps maps, AnomalyMap map) {
    NfaMap nfa = maps.nfaMap();
    boolean defect = nfa.smallest() < test.log10Epsilon();
    return new Judgement(
        defect ? Verdict.DEFECT : Verdict.GOOD,
        defect ? regions(nfa) : List.of(),
        nfa,
        map.levels(),
        map.score(),
        maps.moments());
  }

  private List<Region> regions(NfaMap nfa) {
    List<Region> regions = nfa.regions(test.log10Epsilon());
    return regions.isEmpty() ? List.of(lowest(nfa)) : regions;
  }

  /** The lowest pixel, standing for a region that interpolation has levelled out of the map. */
  private static Region lowest(NfaMap nfa) {
    float[] map = nfa.log10Nfa();
    int at = 0;
    for (int i = 1; i < map.length; i++) {
      at = map[i] < map[at] ? i : at;
    }
    int x = at % nfa.width();
    int y = at / nfa.width();
    return new Region(x, y, 1, 1, 1, x, y, x, y, nfa.smallest());
  }

  @Override
  public void close() {
    aContrario.close();
  }
}
