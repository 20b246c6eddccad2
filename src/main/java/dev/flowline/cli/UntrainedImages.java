package dev.flowline.cli;

import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Good images without those that a model was trained on. A measurement on images that a model knows
 * says nothing about new ones.
 *
 * @param byDigest the images that are left, by their digests
 * @param given number of images before
 * @param leftOut number of images that were left out; null if the model does not record its
 *     training images, so that this cannot be checked
 */
record UntrainedImages(Map<String, Sample> byDigest, int given, Integer leftOut) {
  /**
   * Leaves out the images that a model was trained on.
   *
   * @param images by their digests
   * @throws IllegalArgumentException if none is left
   */
  static UntrainedImages of(ModelConfig config, Map<String, Sample> images) {
    Provenance provenance = config.provenance();
    if (provenance == null || !provenance.isOfKnownImages()) {
      return new UntrainedImages(images, images.size(), null);
    }
    Set<String> trainedOn = provenance.trainedOn();
    Map<String, Sample> left = new LinkedHashMap<>(images);
    left.keySet().removeAll(trainedOn);
    if (left.isEmpty() && !images.isEmpty()) {
      throw new IllegalArgumentException(
          "--good: all %s images were used in training: a threshold takes images that the model does not know"
              .formatted(images.size()));
    }
    return new UntrainedImages(left, images.size(), images.size() - left.size());
  }

  /** Returns the images, in the order in which they were given. */
  List<Sample> samples() {
    return List.copyOf(byDigest.values());
  }

  /** Returns their digests, in the same order. */
  List<String> digests() {
    return List.copyOf(byDigest.keySet());
  }

  /** Returns what was left out, or why that is not known; empty if there is nothing to say. */
  Optional<String> inWords() {
    if (leftOut == null) {
      return Optional.of(
          "the model does not record its training images: whether --good holds some of them cannot be checked");
    }
    return leftOut == 0
        ? Optional.empty()
        : Optional.of(
            "%s of %s images were used in training and are left out".formatted(leftOut, given));
  }
}
