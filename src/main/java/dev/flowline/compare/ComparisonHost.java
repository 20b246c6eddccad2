package dev.flowline.compare;

import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The program around a comparison: it shows progress, watches trainings and words failures. */
public interface ComparisonHost {
  /**
   * Receives how many runs were finished before.
   *
   * @param finished some of them, or none
   * @param of all runs of the comparison
   */
  void resumed(int finished, int of);

  /**
   * Receives the run that begins.
   *
   * @param number of the run, from 1
   * @param of all runs of the comparison
   */
  void started(PlannedRun run, int number, int of);

  /**
   * Receives how far a task is.
   *
   * @param task in a word
   * @param images that are done
   * @param of all images of the task
   */
  void progressed(String task, int images, int of);

  /**
   * Trains a model on features that exist, and writes its run log.
   *
   * @throws IOException naming the file, if one cannot be read or written
   */
  void train(TrainingRequest request, Extraction features) throws IOException;

  /**
   * Receives what is odd about a run's masks and images, in a sentence each.
   *
   * @param warnings none, or some that other runs of the category have, too
   */
  void warned(PlannedRun run, List<String> warnings);

  /** Returns an image file for a report; null if it has no picture. */
  BufferedImage picture(Path file);

  /**
   * Receives the run that failed; the others go on.
   *
   * @return why it failed, in a line
   */
  String failed(PlannedRun run, Exception failure);
}
