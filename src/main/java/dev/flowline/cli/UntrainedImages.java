package dev.flowline.cli;

import dev.flowline.data.Sample;
import dev.flowline.model.KnownImages;
import dev.flowline.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Good images without those that a model was trained on. A measurement on images that a model knows
 * says nothing about new ones.
 *
 * @param byDigest the images that are left, by their digests
 * @param given number of images before
 * @param known the images of the training
 */
record UntrainedImages(Map<String, Sample> byDigest, int given, KnownImages known) {
  /**
   * Leaves out the images that a model was trained on.
   *
   * @param images by their digests
   * @throws IllegalArgumentException if none is left
   */
  static UntrainedImages of(ModelConfig config, Map<String, Sample> images) {
    KnownImages known = KnownImages.ofTraining(config);
    Map<String, Sample> left = new LinkedHashMap<>(images);
    left.keySet().removeAll(known.digests());
    if (left.isEmpty() && !images.isEmpty()) {
      throw new IllegalArgumentException(
          "--good: all %s images were used in training: a threshold takes images that the model does not know"
              .formatted(images.size()));
    }
    return new UntrainedImages(left, images.size(), known);
  }

  /**
   * Returns the number of images that were left out; null if the model does not record its training
   * images, so that this cannot be checked.
   */
  Integer leftOut() {
    return known.leftOut(given - byDigest.size());
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
    return known
        .unrecorded("--good holds")
        .or(() -> known.leftOutInWords(given - byDigest.size(), given));
  }
}
