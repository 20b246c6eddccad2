package dev.flowline.train;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.io.FileFault;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;
import dev.flowline.model.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A training from images to a model file.
 *
 * @param config what is to be trained, with the statistical test that it shall have
 * @param calibration where the test comes from
 * @param weights files of pretrained weights; empty to look where the environment says
 * @param validationFraction of the good training images that choose the epoch and on which the law
 *     of regions is measured, in [0, 1)
 * @param cacheBytes of features to keep in memory
 * @param output model file; the checkpoint and the run log are written beside it
 * @param resume go on from the checkpoint
 * @param maker what the model file says of its making, besides what this request says
 */
public record TrainingRequest(
    ModelConfig config,
    CalibrationPlan calibration,
    Dataset dataset,
    List<Path> weights,
    double validationFraction,
    TrainingConfig training,
    long cacheBytes,
    Path output,
    boolean resume,
    ModelMaker maker) {
  private static final String SCREENING = ".screening";

  /** What follows the name of the model in those of the files that hold a state, of any plan. */
  private static final Pattern STATE =
      Pattern.compile(
          "(\\.screening)?(\\.kept-fold-\\d+|(\\.kept-fold-\\d+)?(\\.fold-\\d+)?\\.checkpoint)");

  /** Makes the request of a program that embeds Flowline. */
  public TrainingRequest(
      ModelConfig config,
      CalibrationPlan calibration,
      Dataset dataset,
      List<Path> weights,
      double validationFraction,
      TrainingConfig training,
      long cacheBytes,
      Path output,
      boolean resume) {
    this(
        config,
        calibration,
        dataset,
        weights,
        validationFraction,
        training,
        cacheBytes,
        output,
        resume,
        ModelMaker.LIBRARY);
  }

  /**
   * Checks the request.
   *
   * @throws IllegalArgumentException if the extractor or the flow cannot work as configured, a
   *     number is out of its bounds, the output is a folder, or the method makes other images of
   *     its own and copies of each are wanted too
   */
  public TrainingRequest {
    weights = List.copyOf(weights);
    if (Files.isDirectory(output)) {
      throw new IllegalArgumentException("output must be a file, " + output + " is a folder");
    }
    Split.of(List.of(), validationFraction, calibration.share(), 0); // refuses shares out of bounds
    PretrainedWeights.requireUse(config.extractor(), weights);
    NetworkShapes.of(config); // refuses sizes that do not suit
    requireNoImagesOfItsOwn(config, training.augment());
  }

  private static void requireNoImagesOfItsOwn(ModelConfig config, int augment) {
    TrainingPlan plan = config.settings().trainingPlan();
    if (augment > 0 && (plan.rotations() > 0 || plan.contrast().isPresent())) {
      throw new IllegalArgumentException(
          "%s %s of its own: leave out --augment"
              .formatted(
                  config.model(),
                  plan.rotations() > 0
                      ? "learns from rotations"
                      : "learns from synthesised defects"));
    }
  }

  /** The copies of the images that a model learns from. */
  ShiftedCopies copies(List<Sample> learned) {
    return new ShiftedCopies(
        training.augment(), config.seed(), config.preprocessing(), Set.copyOf(learned));
  }

  /** This training of other images, calibrated, trained and made otherwise. */
  public TrainingRequest with(
      CalibrationPlan plan, Dataset images, TrainingConfig how, ModelMaker by) {
    return new TrainingRequest(
        config, plan, images, weights, validationFraction, how, cacheBytes, output, resume, by);
  }

  /** This training without going on from a checkpoint. */
  TrainingRequest anew() {
    return new TrainingRequest(
        config,
        calibration,
        dataset,
        weights,
        validationFraction,
        training,
        cacheBytes,
        output,
        false,
        maker);
  }

  /** Which of the training images the model learns from, and what the others are for. */
  public Split split() {
    return split(dataset, validationFraction, calibration, training.seed());
  }

  /** The split of a training, before there is a whole request. */
  public static Split split(
      Dataset dataset, double validationFraction, CalibrationPlan calibration, long seed) {
    return calibration.crossFitting() == null
        ? Split.of(dataset.train(), validationFraction, calibration.share(), seed)
        : Split.of(dataset.train(), 0, 0, seed); // no image is lost
  }

  /**
   * The file that takes the state of the training every few epochs; gone once the model is written.
   */
  public Path checkpoint() {
    return beside(".checkpoint");
  }

  /**
   * The file that takes the state of the training of one fold of a cross-fitting, likewise.
   *
   * @param fold counted from 1
   */
  public Path checkpoint(int fold) {
    return beside(foldSuffix(fold));
  }

  /**
   * The model file of a fold that is to be kept, until it is part of the model.
   *
   * @param fold counted from 1
   */
  Path keptFold(int fold) {
    return beside(".kept-fold-" + fold);
  }

  /** The files that may hold a state of this training: the model's first, then the folds'. */
  public List<Path> checkpoints() {
    return checkpoints(output, calibration.crossFitting());
  }

  private List<Path> checkpoints(Path model, CrossFitting by) {
    List<Path> files = new ArrayList<>(List.of(beside(model, ".checkpoint")));
    for (int fold = 1; by != null && fold <= by.folds(); fold++) {
      if (by.kept()) {
        files.add(keptFold(fold));
        files.addAll(checkpoints(keptFold(fold), new CrossFitting(by.folds() - 1)));
      } else {
        files.add(beside(model, foldSuffix(fold)));
      }
    }
    return List.copyOf(files);
  }

  private static String foldSuffix(int fold) {
    return ".fold-" + fold + ".checkpoint";
  }

  /** The first of the files that holds a state; empty if none does. */
  public Optional<Path> stopped() {
    return checkpoints().stream().filter(Files::exists).findFirst();
  }

  /**
   * The files that a stopped run of another plan left beside the model, such as one with more
   * folds. This training does not go on from them, and removes them once its model is written.
   *
   * @throws IOException naming the folder, if it cannot be listed
   */
  public List<Path> leftOver() throws IOException {
    List<Path> own = checkpoints();
    Path folder = output.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    String name = output.getFileName().toString();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith(name))
          .filter(file -> STATE.matcher(file.substring(name.length())).matches())
          .sorted()
          .map(output::resolveSibling)
          .filter(file -> !own.contains(file))
          .toList();
    } catch (UncheckedIOException e) {
      throw new IOException("cannot list " + folder + ": " + FileFault.of(e.getCause()), e);
    } catch (IOException e) {
      throw new IOException("cannot list " + folder + ": " + FileFault.of(e), e);
    }
  }

  /** The name by which a screening before this training has its checkpoints. */
  public Path screening() {
    return beside(SCREENING);
  }

  /** The run log: one JSON object per line. */
  public Path runLog() {
    return beside(".log.jsonl");
  }

  /** Whether there is a checkpoint and the training goes on from it. */
  public boolean resumes() {
    return resume && stopped().isPresent();
  }

  /**
   * Requires that neither a stopped run nor a finished one is lost by mistake.
   *
   * @throws IllegalArgumentException if there is a checkpoint that is not asked for, or one is
   *     asked for where the model is finished
   */
  public void requireNothingToLose() {
    Optional<Path> stopped = stopped();
    if (stopped.isPresent() && !resume) {
      throw new IllegalArgumentException(
          "%s holds %s of an earlier run: add --resume, or delete it%s"
              .formatted(stopped.get(), content(stopped.get()), more()));
    }
    if (stopped.isEmpty() && resume && Files.exists(output)) {
      throw new IllegalArgumentException(
          "%s is finished already: there is no %s to resume from; give --overwrite in place of --resume to train anew"
              .formatted(output, checkpoint().getFileName()));
    }
  }

  /** Returns which other files of the stopped run there are, as the rest of a line. */
  private String more() {
    List<Path> states = checkpoints().stream().filter(Files::exists).toList();
    if (states.size() == 1) {
      return "";
    }
    String pattern = calibration.crossFitting().kept() ? ".kept-fold-*" : ".fold-*.checkpoint";
    return " and %s more: %s".formatted(states.size() - 1, output.getFileName() + pattern);
  }

  private static String content(Path checkpoint) {
    if (!checkpoint.toString().endsWith(".checkpoint")) {
      return "the model of a fold";
    }
    try {
      return "epoch " + Checkpoint.read(checkpoint).header().epoch();
    } catch (IOException e) {
      return "a damaged state";
    }
  }

  private Path beside(String suffix) {
    return beside(output, suffix);
  }

  private static Path beside(Path model, String suffix) {
    return model.resolveSibling(model.getFileName() + suffix);
  }
}
