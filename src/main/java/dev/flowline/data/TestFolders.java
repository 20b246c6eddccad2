package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The test images, in one folder per defect type, masks in a folder of the same name elsewhere. */
final class TestFolders {
  private TestFolders() {}

  /**
   * @param goodName the name of the folder of good images
   */
  static List<Sample> read(Path test, Path groundTruth, String goodName, Listing listing)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path folder : Listing.folders(test)) {
      String type = Listing.nameOf(folder);
      List<Path> images = listing.images(folder);
      if (type.equals(goodName)) {
        images.forEach(image -> samples.add(Sample.good(image)));
      } else {
        MaskFolder masks = MaskFolder.of(groundTruth.resolve(type));
        samples.addAll(masks.pair(images, type, listing));
      }
    }
    warnIfOneSided(samples, test, listing);
    return samples;
  }

  /** Scores need good and defective images: says what is missing. */
  static void warnIfOneSided(List<Sample> samples, Path test, Listing listing) {
    if (samples.isEmpty()) {
      listing.warn("no test image in " + test + ": a model can be trained, but not evaluated");
      return;
    }
    if (samples.stream().noneMatch(Sample::isGood)) {
      listing.warn("no good test image in " + test + ": false alarms cannot be counted");
    }
    if (samples.stream().allMatch(Sample::isGood)) {
      listing.warn("no defective test image in " + test + ": detection cannot be measured");
    }
  }
}
