package dev.flowline.train;

/**
 * Counts the images whose features are ready, first those as they are, which trainings of other
 * models could share, then those that this training alone wants.
 */
final class FeatureProgress {
  private final int special;
  private final TrainingListener listener;
  private int plain;
  private int ready;

  /**
   * Starts at no image.
   *
   * @param special number of images whose features this training alone wants
   * @param listener hears of each image
   */
  FeatureProgress(int special, TrainingListener listener) {
    this.special = special;
    this.listener = listener;
  }

  /** Notes that so many images as they are, of so many, are ready. */
  void plainReady(int images, int of) {
    plain = of;
    ready = images;
    listener.featuresReady(ready, plain + special);
  }

  /** Notes that one more image that this training alone wants is ready. */
  void specialReady() {
    ready++;
    listener.featuresReady(ready, plain + special);
  }
}
