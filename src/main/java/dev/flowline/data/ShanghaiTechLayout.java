package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * ShanghaiTech Campus (Liu et al., 2018): frames of surveillance videos as {@code
 * training/frames/<clip>/*.jpg} and {@code testing/frames/<clip>/*.jpg}; which frames of a clip are
 * anomalous in {@code testing/test_frame_mask/<clip>.npy} (frames), where in {@code
 * testing/test_pixel_mask/<clip>.npy} (frames, height, width). A clip's name begins with its scene:
 * {@code 01_0014}. The categories are the scenes, and {@code all}.
 */
final class ShanghaiTechLayout implements Layout.DatasetReader {
  static final String ALL = "all";
  static final String ANOMALY = "anomaly";

  @Override
  public List<String> categories(Path root) throws IOException {
    TreeSet<String> scenes = new TreeSet<>();
    for (Path clip : Listing.folders(root.resolve("training").resolve("frames"))) {
      scenes.add(sceneOf(clip));
    }
    List<String> categories = new ArrayList<>(scenes);
    if (scenes.size() != 1) {
      categories.add(ALL);
    }
    return scenes.isEmpty() ? List.of() : categories;
  }

  @Override
  public Map<String, String> signs(Path root) throws IOException {
    Path frames = root.resolve("training").resolve("frames");
    Map<String, String> signs = new TreeMap<>();
    if (Files.isDirectory(root.resolve("testing"))) {
      categories(root).forEach(scene -> signs.put(scene, frames + " is there"));
    }
    return signs;
  }

  private static String sceneOf(Path clip) {
    return Listing.nameOf(clip).split("_", 2)[0];
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Listing listing = new Listing();
    List<Sample> train = new ArrayList<>();
    for (Path clip : clips(root.resolve("training"), category)) {
      String name = Listing.nameOf(clip);
      listing.images(clip).forEach(frame -> train.add(Sample.good(frame).inGroup(name)));
    }
    if (train.isEmpty()) {
      throw new IOException(
          "cannot read dataset: no frame of " + category + " below " + root.resolve("training"));
    }
    List<Sample> test = new ArrayList<>();
    Path testing = root.resolve("testing");
    for (Path clip : clips(testing, category)) {
      String name = Listing.nameOf(clip);
      testClip(testing, clip, listing).forEach(frame -> test.add(frame.inGroup(name)));
    }
    TestFolders.warnIfOneSided(test, testing, listing);
    listing.warn(ImageGroups.warning("frames of a clip"));
    return new Dataset(category, train, test, listing.warnings());
  }

  private static List<Path> clips(Path part, String category) throws IOException {
    return Listing.folders(part.resolve("frames")).stream()
        .filter(clip -> category.equals(ALL) || category.equals(sceneOf(clip)))
        .toList();
  }

  private static List<Sample> testClip(Path testing, Path clip, Listing listing)
      throws IOException {
    List<Path> frames = listing.images(clip);
    Path labels = testing.resolve("test_frame_mask").resolve(Listing.nameOf(clip) + ".npy");
    Path pixels = testing.resolve("test_pixel_mask").resolve(Listing.nameOf(clip) + ".npy");
    boolean[] anomalous = Npy.open(labels).readLabels();
    requireFrames(clip, frames.size(), labels, anomalous.length);
    boolean hasPixels = Files.exists(pixels);
    if (hasPixels) {
      requireFrames(clip, frames.size(), pixels, Npy.open(pixels).frames());
    }
    List<Sample> samples = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      if (!anomalous[i]) {
        samples.add(Sample.good(frames.get(i)));
      } else if (hasPixels) {
        samples.add(new Sample(frames.get(i), new Mask.NpySlice(pixels, i), ANOMALY));
      } else {
        samples.add(new Sample(frames.get(i), new Mask.None(), ANOMALY));
        without.add(frames.get(i));
      }
    }
    MaskFolder.warnWithout(without, listing);
    return samples;
  }

  private static void requireFrames(Path clip, int frames, Path array, int length)
      throws IOException {
    if (frames != length) {
      throw new IOException(
          "cannot read dataset: %s holds %s frames, %s is for %s"
              .formatted(clip, frames, array, length));
    }
  }
}
