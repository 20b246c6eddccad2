package dev.flowline.data;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The nearest neighbours of images by the spectra of their {@link Fingerprint}s. The images are
 * sorted by the one magnitude that varies most; from an image the search goes both ways, and ends
 * where this magnitude alone is farther off than the neighbours found.
 */
final class SpectrumNeighbours {
  private final List<Fingerprint> prints;
  private final int count;
  private final int axis;
  private final int[] order; // of the images by their numbers
  private final int[] place; // of each image in the order

  /**
   * Sorts the images.
   *
   * @param count of neighbours per image, less than there are images
   */
  SpectrumNeighbours(List<Fingerprint> prints, int count) {
    this.prints = prints;
    this.count = count;
    axis = mostVaried(prints);
    order =
        IntStream.range(0, prints.size())
            .boxed()
            .sorted(Comparator.comparingDouble(image -> prints.get(image).spectrum(axis)))
            .mapToInt(Integer::intValue)
            .toArray();
    place = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
    }
  }

  private static int mostVaried(List<Fingerprint> prints) {
    int most = 0;
    double largest = -1;
    for (int axis = 0; axis < Spectrum.LENGTH; axis++) {
      double sum = 0;
      double squares = 0;
      for (Fingerprint print : prints) {
        sum += print.spectrum(axis);
        squares += print.spectrum(axis) * print.spectrum(axis);
      }
      double variance = squares - sum * sum / prints.size();
      if (variance > largest) {
        largest = variance;
        most = axis;
      }
    }
    return most;
  }

  /** Returns the neighbours of an image, the nearest first. */
  int[] of(int image) {
    Nearest nearest = new Nearest(count);
    int below = place[image] - 1;
    int above = place[image] + 1;
    while (true) {
      double downwards = below < 0 ? Double.MAX_VALUE : gap(image, order[below]);
      double upwards = above == order.length ? Double.MAX_VALUE : gap(image, order[above]);
      if (Math.min(downwards, upwards) >= nearest.farthest()) {
        return nearest.images;
      }
      int other = downwards <= upwards ? order[below--] : order[above++];
      double distance = prints.get(image).spectrumDistance(prints.get(other), nearest.farthest());
      nearest.offer(other, distance);
    }
  }

  private double gap(int one, int other) {
    double difference = prints.get(one).spectrum(axis) - prints.get(other).spectrum(axis);
    return difference * difference;
  }

  /** The nearest images so far, ascending in distance. */
  private static final class Nearest {
    private final int[] images;
    private final double[] distances;
    private int found;

    Nearest(int count) {
      images = new int[count];
      distances = new double[count];
    }

    /** Returns the distance that the next image has to fall short of. */
    double farthest() {
      return found < images.length ? Double.MAX_VALUE : distances[found - 1];
    }

    void offer(int image, double distance) {
      if (distance >= farthest()) {
        return;
      }
      int at = found < images.length ? found++ : found - 1;
      for (; at > 0 && distances[at - 1] > distance; at--) {
        images[at] = images[at - 1];
        distances[at] = distances[at - 1];
      }
      images[at] = image;
      distances[at] = distance;
    }
  }
}
