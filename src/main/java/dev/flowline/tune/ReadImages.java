package dev.flowline.tune;

import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Some test images in memory, by which latencies are measured.
 *
 * @param images spread over all test images
 * @param secondsEach that reading one took
 */
record ReadImages(List<Image> images, double secondsEach) {
  private static final int MOST = 4;

  /**
   * Reads some of the test images.
   *
   * @throws IOException naming the file, if one cannot be read
   */
  static ReadImages of(List<Sample> test) throws IOException {
    int count = Math.min(MOST, test.size());
    List<Image> images = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      images.add(Images.read(test.get((int) ((long) i * test.size() / count)).image()));
    }
    return new ReadImages(images, (System.nanoTime() - start) / 1e9 / count);
  }
}
