package dev.flowline.calibration;

import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.List;

/** Good images for a calibration: their latents, one image after the other. */
public interface GoodImages {
  /** Returns the number of images. */
  int count();

  /**
   * Passes an image's latents, and statistics of its input, to a reader.
   *
   * @param image from 0
   * @throws IOException naming the file, if the image cannot be read
   */
  void read(int image, Reader reader) throws IOException;

  /** Returns the name of an image in an error message. */
  default String name(int image) {
    return "image " + image;
  }

  /**
   * Returns some of the images.
   *
   * @param chosen their numbers, in the order that they get
   */
  default GoodImages only(List<Integer> chosen) {
    GoodImages all = this;
    return new GoodImages() {
      @Override
      public int count() {
        return chosen.size();
      }

      @Override
      public void read(int image, Reader reader) throws IOException {
        all.read(chosen.get(image), reader);
      }

      @Override
      public String name(int image) {
        return all.name(chosen.get(image));
      }
    };
  }

  /** A reader of one image's latents. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads the latents, which are valid during this call only.
     *
     * @param latents (1, C, H, W) by scale, finest first
     * @param input statistics of the image; null if they are not known
     */
    void read(List<NativeView> latents, InputStatistics input);
  }
}
