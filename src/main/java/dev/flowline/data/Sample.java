package dev.flowline.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One image of a dataset and what is known about it.
 *
 * @param image its file
 * @param mask where it is defective; {@link Mask.None} for good images, and for defective ones of
 *     which only that is known
 * @param defectType {@link #GOOD}, or the name of the kind of defect
 * @param group of images that are more alike than others, such as the slices of a patient or the
 *     frames of a clip; null for an image on its own
 */
public record Sample(Path image, Mask mask, String defectType, String group) {
  /** The defect type of good images. */
  public static final String GOOD = "good";

  public Sample {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(mask, "mask");
    if (defectType.isBlank()) {
      throw new IllegalArgumentException("the defect type of " + image + " is blank");
    }
  }

  /** Makes a sample that belongs to no group. */
  public Sample(Path image, Mask mask, String defectType) {
    this(image, mask, defectType, null);
  }

  public static Sample good(Path image) {
    return new Sample(image, new Mask.None(), GOOD);
  }

  public Sample inGroup(String group) {
    return new Sample(image, mask, defectType, group);
  }

  public boolean isGood() {
    return defectType.equals(GOOD);
  }

  /**
   * Returns whether it is known pixel by pixel where the image is defective: good, or with a mask.
   */
  public boolean hasGroundTruth() {
    return isGood() || !(mask instanceof Mask.None);
  }
}
