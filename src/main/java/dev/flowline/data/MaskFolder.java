package dev.flowline.data;

import dev.flowline.io.FileKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A folder of masks: that of {@code 012.jpg} is called {@code 012_mask} or {@code 012}, with the
 * extension of any image.
 */
final class MaskFolder {
  private static final String SUFFIX = "_mask";

  private final Map<String, Path> byStem = new TreeMap<>();
  private final Set<Path> used = new HashSet<>();

  private MaskFolder() {}

  /** A missing folder is an empty one. */
  static MaskFolder of(Path folder) throws IOException {
    MaskFolder masks = new MaskFolder();
    for (Path file : Listing.entries(folder)) {
      if (FileKind.of(file) == FileKind.IMAGE) {
        masks.byStem.put(Listing.stemOf(file), file);
      }
    }
    return masks;
  }

  Mask of(String imageStem) {
    Path file = byStem.getOrDefault(imageStem + SUFFIX, byStem.get(imageStem));
    if (file == null) {
      return new Mask.None();
    }
    used.add(file);
    return new Mask.File(file);
  }

  /** The masks that no image has asked for. */
  List<Path> unused() {
    return byStem.values().stream().filter(file -> !used.contains(file)).toList();
  }

  /** The images of one defect type with their masks, warning of what does not fit together. */
  List<Sample> pair(List<Path> images, String defectType, Listing listing) {
    List<Sample> samples = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    for (Path image : images) {
      Mask mask = of(Listing.stemOf(image));
      if (mask instanceof Mask.None) {
        without.add(image);
      }
      samples.add(new Sample(image, mask, defectType));
    }
    warnWithout(without, listing);
    listing.warnOf(unused(), "masks belong to no image");
    return samples;
  }

  static void warnWithout(List<Path> images, Listing listing) {
    listing.warnOf(images, "defective images have no mask and count in image scores only");
  }

  static boolean isMaskName(Path file) {
    return Listing.stemOf(file).endsWith(SUFFIX);
  }

  /** Returns the stem of the image that a file is the mask of, by its name. */
  static String imageStem(Path mask) {
    String stem = Listing.stemOf(mask);
    return stem.endsWith(SUFFIX) ? stem.substring(0, stem.length() - SUFFIX.length()) : stem;
  }
}
