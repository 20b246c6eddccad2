package dev.flowline.data;

import dev.flowline.io.ImagesDone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A split of good images with the {@linkplain ImageDigests digest} of each. Its held-out parts hold
 * no copies: neither of an image that the model is fitted to, nor of another held-out image. A
 * measurement on a copy of a known image says nothing about new images.
 *
 * @param split without copies
 * @param fit digests of the images that the model is fitted to, in their order
 * @param validation digests of the images that choose the epoch
 * @param calibration digests of the images that set the threshold
 * @param copies number of images that were left out
 */
public record DigestedSplit(
    Split split, List<String> fit, List<String> validation, List<String> calibration, int copies) {

  /**
   * Reads all images of a split and leaves copies out.
   *
   * @param read hears of each image that is read
   * @throws IOException naming the file, if one cannot be read
   */
  public static DigestedSplit of(Split drawn, ImagesDone read) throws IOException {
    Runnable one = read.counter(drawn.fit().size() + drawn.heldOut().size());
    List<String> fit = new ArrayList<>();
    for (Sample sample : drawn.fit()) {
      fit.add(ImageDigests.of(sample.image()));
      one.run();
    }
    Set<String> seen = new HashSet<>(fit);
    DigestedShare validation = DigestedShare.unseen(drawn.validation(), seen, one);
    DigestedShare calibration = DigestedShare.unseen(drawn.calibration(), seen, one);
    Split split = new Split(drawn.fit(), validation.samples, calibration.samples);
    return new DigestedSplit(
        split,
        fit,
        validation.digests,
        calibration.digests,
        drawn.heldOut().size() - split.heldOut().size());
  }

  /**
   * Reads images that all are learned from, and leaves copies out: each content counts once.
   *
   * @param read hears of each image that is read
   * @throws IOException naming the file, if one cannot be read
   */
  public static DigestedSplit distinct(List<Sample> images, ImagesDone read) throws IOException {
    DigestedShare all = DigestedShare.unseen(images, new HashSet<>(), read.counter(images.size()));
    return new DigestedSplit(
        new Split(all.samples, List.of(), List.of()),
        all.digests,
        List.of(),
        List.of(),
        images.size() - all.samples.size());
  }

  private record DigestedShare(List<Sample> samples, List<String> digests) {
    /**
     * Returns the images of unseen content, each content once; adds their digests to those seen.
     */
    static DigestedShare unseen(List<Sample> samples, Set<String> seen, Runnable one)
        throws IOException {
      DigestedShare share = new DigestedShare(new ArrayList<>(), new ArrayList<>());
      for (Sample sample : samples) {
        String digest = ImageDigests.of(sample.image());
        if (seen.add(digest)) {
          share.samples.add(sample);
          share.digests.add(digest);
        }
        one.run();
      }
      return share;
    }
  }
}
