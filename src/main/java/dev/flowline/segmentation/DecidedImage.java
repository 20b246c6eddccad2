package dev.flowline.segmentation;

import java.util.List;

/**
 * What a test decided on one image, see {@link AContrario#decide}.
 *
 * @param tested whether a position of the image was in the field of view; what was not tested must
 *     not pass as good
 * @param defective whether {@link NfaMap#minLog10Nfa} is below log10 ε, and below its {@link
 *     GuardBand}; false if nothing was tested
 * @param undecided whether it is within the guard band; false if nothing was tested
 * @param regions in pixels of the map, the most meaningful first: the 4-connected components of its
 *     {@linkplain NfaMap#mask mask}, by log10 ε if it is defective, and by the upper end of the
 *     guard band if it is undecided. The first one decided, its {@code log10Nfa} is the map's
 *     {@link NfaMap#minLog10Nfa}. Empty unless defective or undecided
 * @param maps its {@code nfaMap} is the decided map: interpolation between a small region and its
 *     surroundings may lift it above the number that decided, or level it out; here the lowest
 *     pixel of the deciding region has that number, and a region that was levelled out is seen
 *     whole
 */
public record DecidedImage(
    boolean tested, boolean defective, boolean undecided, List<Region> regions, ImageMaps maps) {
  DecidedImage with(LatentMoments moments) {
    return new DecidedImage(tested, defective, undecided, regions, maps.with(moments));
  }
}
