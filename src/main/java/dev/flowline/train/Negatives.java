package dev.flowline.train;

import dev.flowline.model.SurrogateLabels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.Tensor;

/**
 * Synthesised defects on the images of a training: for each image as many negatives as an epoch
 * after the other takes in turn.
 *
 * @param features of the negatives, those of an image one after the other; owned by the caller
 * @param labels likewise
 * @param byImage how many each image has
 */
record Negatives(FeatureCache features, List<SurrogateLabels> labels, int byImage) {
  Negatives {
    labels = List.copyOf(labels);
    if (features.size() != labels.size() || byImage < 1 || labels.size() % byImage != 0) {
      throw new IllegalArgumentException(
          "%d negatives with %d labels are not %d for each image"
              .formatted(features.size(), labels.size(), byImage));
    }
  }

  /** How many images there are negatives of. */
  int images() {
    return labels.size() / byImage;
  }

  /** Features of the negatives that some images have in an epoch, counted from 1. */
  List<Tensor> batch(int[] images, int epoch) {
    return features.batch(indices(images, epoch));
  }

  /** Their labels. */
  List<SurrogateLabels> labels(int[] images, int epoch) {
    return Arrays.stream(indices(images, epoch)).mapToObj(labels::get).toList();
  }

  private int[] indices(int[] images, int epoch) {
    return Arrays.stream(images).map(image -> image * byImage + (epoch - 1) % byImage).toArray();
  }

  /** Of all features and labels: other negatives, another sum. */
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
