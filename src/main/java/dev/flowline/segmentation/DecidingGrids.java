package dev.flowline.segmentation;

import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;

/**
 * The grids on which a test decides: maps of log10 NFA of the sizes of the scales, where nothing is
 * interpolated. A region law decides on the grid of the finest scale, a test of each scale on all
 * grids. The maps are computed when they are asked for first.
 */
public final class DecidingGrids {
  private final AContrario test;
  private final List<NativeView> latents;
  private final FieldOfView view;
  private List<List<NfaMap>> byScale; // then by image

  /**
   * Makes the grids of N images.
   *
   * @param latents (N, C, H, W) by scale, finest first, valid for as long as this object is used
   * @param view of the images, of any size
   */
  public DecidingGrids(AContrario test, List<NativeView> latents, FieldOfView view) {
    this.test = test;
    this.latents = latents;
    this.view = view;
  }

  /** Returns the field of view of the images. */
  FieldOfView view() {
    return view;
  }

  /**
   * Returns the map of the scale that decided on an image. With a partial field of view the other
   * scales may count other positions here, which shifts all values of the map by the same small
   * amount; its lowest value stands for {@code minLog10Nfa}.
   *
   * @param minLog10Nfa the number that decided
   */
  NfaMap of(int image, double minLog10Nfa) {
    if (byScale == null) {
      byScale = maps();
    }
    NfaMap deciding = null;
    double least = Double.POSITIVE_INFINITY;
    for (List<NfaMap> maps : byScale) {
      NfaMap map = maps.get(image);
      double distance = Math.abs(map.log10Nfa()[map.lowestPixel()] - minLog10Nfa);
      if (distance < least) {
        deciding = map;
        least = distance;
      }
    }
    return deciding;
  }

  private List<List<NfaMap>> maps() {
    int scales = test.options().law() == null ? latents.size() : 1;
    List<List<NfaMap>> maps = new ArrayList<>();
    for (NativeView latent : latents.subList(0, scales)) {
      int height = Math.toIntExact(latent.shape()[2]);
      int width = Math.toIntExact(latent.shape()[3]);
      maps.add(test.segment(latents, view.resized(height, width)));
    }
    return maps;
  }
}
