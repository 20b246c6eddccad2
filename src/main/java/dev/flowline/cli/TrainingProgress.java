package dev.flowline.cli;

import dev.flowline.page.Numbers;
import dev.flowline.train.EpochRecord;
import dev.flowline.train.FoldsEpochRecord;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingListener;
import java.util.Locale;

/**
 * The progress of a training on the console, in images: of its features, of the folds of a
 * cross-fitting and of the model that learns from all images.
 */
final class TrainingProgress implements TrainingListener {
  private final Progress progress;
  private final TrainingConfig how;
  private final long images; // that an epoch learns from, with their copies
  private final String part; // of a longer work, at the head of each line; may be empty
  private final String foldsTask;
  private String validation = "";
  private int fold; // that is held out now; 0 for none
  private int folds;
  private int finalEpochs; // of the model of all images, once the folds are done

  /**
   * Starts at no image.
   *
   * @param images number of images that the model learns from, without their copies
   */
  TrainingProgress(Progress progress, TrainingConfig how, int images) {
    this(progress, how, images, "", "cross-fitting");
  }

  private TrainingProgress(
      Progress progress, TrainingConfig how, int images, String part, String foldsTask) {
    this.progress = progress;
    this.how = how;
    this.images = images * (1L + how.augment());
    this.part = part;
    this.foldsTask = foldsTask;
  }

  /** Returns the progress of a training of the folds alone, which screens the images. */
  static TrainingProgress ofScreening(Progress progress, TrainingConfig how, int images) {
    return new TrainingProgress(progress, how, images, "", "screening");
  }

  /** Returns the progress of the training that makes the model of one fold to keep. */
  @Override
  public TrainingProgress keptFold(int number, int of, int fewer) {
    String name = "kept fold %s of %s: ".formatted(number, of);
    progress.note(name + "learns from " + Numbers.count(fewer, "image"));
    return new TrainingProgress(progress, how, fewer, name, foldsTask);
  }

  @Override
  public void featuresReady(int ready, int of) {
    progress.step(part + "features", ready, of, "");
  }

  @Override
  public void foldFeaturesReady(int number, int of, int ready, int all) {
    long before = (number - 1L) * all;
    String detail = "fold " + number + " of " + of;
    progress.step(part + "features of the folds", before + ready, (long) of * all, detail);
  }

  @Override
  public void warned(String warning) {
    progress.warn(warning);
  }

  @Override
  public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
    long before = (step - 1L) * how.batchSize();
    String detail = String.format(Locale.ROOT, "NLL %.4f%s  epoch %d", nll, validation, epoch);
    if (fold > 0) {
      long passes = (epoch - 1L) * folds + fold - 1;
      long size = images - images / folds; // about as many in each
      long done = Math.min(passes * size + before + batchSize, (passes + 1) * size);
      String held = "  fold " + fold + " of " + folds;
      progress.step(part + foldsTask, done, how.epochs() * folds * size, detail + held);
    } else {
      long all = finalEpochs == 0 ? how.epochs() : finalEpochs;
      long done = (epoch - 1) * images + before + batchSize;
      progress.step(part + "training", done, all * images, detail);
    }
  }

  @Override
  public void foldBegins(int number, int of) {
    if (folds == 0) {
      int patience = how.patience();
      String stops =
          patience == 0
              ? ""
              : ", or %s after the lowest NLL of the images held out (--patience 0 runs all)"
                  .formatted(patience);
      progress.note("%s%s: up to %s epochs%s".formatted(part, foldsTask, how.epochs(), stops));
    }
    fold = number;
    folds = of;
  }

  @Override
  public void foldsEpochDone(FoldsEpochRecord epoch) {
    validation = String.format(Locale.ROOT, "  held out %.4f", epoch.meanHeldOutNll());
    progress.note(
        String.format(
            Locale.ROOT,
            "%s%d folds, epoch %d/%d  NLL %.4f%s%s",
            part,
            folds,
            epoch.epoch(),
            how.epochs(),
            epoch.trainNll(),
            validation,
            epoch.best() ? " *" : ""));
  }

  @Override
  public void foldsDone(int wanted) {
    fold = 0;
    finalEpochs = wanted;
    validation = "";
  }

  @Override
  public void epochDone(EpochRecord epoch) {
    Double nll = epoch.validationNll();
    validation = nll == null ? "" : String.format(Locale.ROOT, "  validation %.4f", nll);
    progress.note(
        String.format(
            Locale.ROOT,
            "%s%sepoch %d/%d  NLL %.4f%s%s  %.1f images/s",
            part,
            finalEpochs == 0 ? "" : part.isEmpty() ? "all images, " : "all its images, ",
            epoch.epoch(),
            finalEpochs == 0 ? how.epochs() : finalEpochs,
            epoch.trainNll(),
            validation,
            epoch.best() ? " *" : "",
            epoch.imagesPerSecond()));
  }
}
