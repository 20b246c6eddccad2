package dev.flowline.model;

import dev.flowline.data.ImageDigests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The images that a model knows already. They are left out where it is measured: a measurement on
 * images that it knows says nothing about new ones.
 *
 * @param digests of the images
 * @param recorded whether the model records its training images; others than those of calibrations
 *     cannot be known if not
 * @param use that the model made of them, in words
 */
public record KnownImages(Set<String> digests, boolean recorded, String use) {
  /** Returns the images that the weights depend on. */
  public static KnownImages ofTraining(ModelConfig config) {
    Provenance provenance = config.provenance();
    return of(provenance, provenance == null ? Set.of() : provenance.trainedOn(), "training");
  }

  /** Returns the images of the training and of all calibrations. */
  public static KnownImages ofAllUses(ModelConfig config) {
    Provenance provenance = config.provenance();
    Set<String> used = provenance == null ? Set.of() : provenance.used();
    return of(provenance, used, "training or calibration");
  }

  private static KnownImages of(Provenance provenance, Set<String> digests, String use) {
    return new KnownImages(digests, provenance != null && provenance.isOfKnownImages(), use);
  }

  /**
   * Returns whether an image is one of them. Its file is read only if there are any.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  public boolean contains(Path image) throws IOException {
    return !digests.isEmpty() && digests.contains(ImageDigests.of(image));
  }

  /** Returns how many images were left out; null for none of a model that records none. */
  public Integer leftOut(int images) {
    return recorded || images > 0 ? images : null;
  }

  /**
   * Returns what cannot be checked, if the model does not record its training images.
   *
   * @param which images may hold some of them, with their verb: "these hold"
   */
  public Optional<String> unrecorded(String which) {
    return recorded ? Optional.empty() : Optional.of(uncheckable(which));
  }

  /** Returns what cannot be checked with a model that does not record its training images. */
  public static String uncheckable(String which) {
    return "the model does not record its training images: whether %s some of them cannot be checked"
        .formatted(which);
  }

  /** Returns how many of some images were left out; empty for none. */
  public Optional<String> leftOutInWords(int images, int of) {
    return images == 0
        ? Optional.empty()
        : Optional.of(
            "%s of %s images were used in %s and are left out".formatted(images, of, use));
  }
}
