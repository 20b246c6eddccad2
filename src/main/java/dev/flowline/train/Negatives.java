package dev.flowline.train;

import dev.flowline.model.SurrogateLabels;
import dev.flowline.model.TrainingFeatures;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Synthesised defects on the images of a training. Each image has the same number of negatives; the
 * epochs take them in turn.
 *
 * @param features of the negatives, those of an image one after the other; owned by the caller
 * @param labels likewise
 * @param byImage the number of negatives of each image
 */
record Negatives(FeatureCache features, List<SurrogateLabels> labels, int byImage) {
  /** No negatives of no images. */
  static final Negatives NONE = new Negatives(FeatureCache.EMPTY, List.of(), 1);

  Negatives {
    labels = List.copyOf(labels);
    if (features.size() != labels.size() || byImage < 1 || labels.size() % byImage != 0) {
      throw new IllegalArgumentException(
          "%s negatives with %s labels are not %s for each image"
              .formatted(features.size(), labels.size(), byImage));
    }
  }

  /**
   * Requires negatives of each of so many images.
   *
   * @throws IllegalArgumentException if there are negatives of more or fewer
   */
  void requireOf(int images) {
    if (images() != images) {
      throw new IllegalArgumentException(
          "there are negatives of %s images, and %s images to train on"
              .formatted(images(), images));
    }
  }

  /** The number of images that there are negatives of. */
  int images() {
    return labels.size() / byImage;
  }

  /** Reads the features of the negatives that some images have in an epoch, counted from 1. */
  TrainingFeatures batch(int[] images, int epoch) {
    return new TrainingFeatures(features.batch(indices(images, epoch)));
  }

  /** Returns the labels of the negatives that some images have in an epoch, counted from 1. */
  List<SurrogateLabels> labels(int[] images, int epoch) {
    return Arrays.stream(indices(images, epoch)).mapToObj(labels::get).toList();
  }

  private int[] indices(int[] images, int epoch) {
    return Arrays.stream(images).map(image -> image * byImage + (epoch - 1) % byImage).toArray();
  }

  /** A checksum of all features and labels: other negatives have another one. */
  long checksum() {
    CRC32C sum = new CRC32C();
    sum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, features.checksum()));
    for (SurrogateLabels label : labels) {
      for (float[] scale : label.defective()) {
        ByteBuffer bytes = ByteBuffer.allocate(scale.length * Float.BYTES);
        bytes.asFloatBuffer().put(scale);
        sum.update(bytes);
      }
    }
    return sum.getValue();
  }
}
