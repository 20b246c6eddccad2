package dev.flowline.cli;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.drift.Drift;
import dev.flowline.io.OneLine;
import dev.flowline.line.Inspection;
import dev.flowline.line.Verdict;
import dev.flowline.model.KnownImages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tally of the images that {@code drift} sees: what became of each. */
final class DriftTally {
  private final int images;
  private final KnownImages known;
  private final boolean hasRange;
  private final List<Path> inspected = new ArrayList<>();
  private final List<Path> good = new ArrayList<>();
  private final Map<Path, List<OutOfRange>> unlike = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private int leftOut;

  /**
   * Begins a tally.
   *
   * @param images number of all
   * @param known the images that the model knows already
   * @param hasRange whether the model knows the range of the calibration images
   */
  DriftTally(int images, KnownImages known, boolean hasRange) {
    this.images = images;
    this.known = known;
    this.hasRange = hasRange;
  }

  /** Adds an image that was inspected. */
  void add(Path file, Inspection inspection) {
    inspected.add(file);
    verdicts.merge(inspection.verdict(), 1, Integer::sum);
    if (inspection.verdict() == Verdict.GOOD) {
      good.add(file);
    }
    List<OutOfRange> statistics = inspection.outOfRange();
    if (statistics != null && !statistics.isEmpty()) {
      unlike.put(file, statistics);
    }
  }

  /** Adds an image that training or calibration had used. */
  void addKnown() {
    leftOut++;
  }

  /** Adds an image that could not be read. */
  void addError(String error) {
    errors.add(error);
  }

  /** Returns whether every image was read. */
  boolean isWhole() {
    return errors.isEmpty();
  }

  /** Returns the images that were inspected, in their order. */
  List<Path> inspected() {
    return inspected;
  }

  /** Returns the images with the verdict GOOD, in their order. */
  List<Path> good() {
    return good;
  }

  /** Prints what a user must know beside the answer. */
  void print(PrintWriter err) {
    errors.forEach(error -> err.println("error: " + OneLine.of(error)));
    known.unrecorded("these hold").ifPresent(note -> err.println("note: " + note));
    known.leftOutInWords(leftOut, images).ifPresent(note -> err.println("note: " + note));
    List<String> named = new ArrayList<>();
    unlike.forEach((file, statistics) -> named.add(OutOfRange.named(file.toString(), statistics)));
    OutOfRange.inWords(named, inspected.size())
        .ifPresent(words -> err.println("warning: " + words));
  }

  /**
   * Returns the answer for machines.
   *
   * @param filesLeftOut what lay in the folders and is no image; null for nothing
   */
  DriftAnswer answer(Drift drift, List<String> filesLeftOut) {
    Path detectedAt = DriftInWords.at(drift.detectedAtPart(), good);
    Path changeAt = DriftInWords.at(drift.changeAtPart(), good);
    return new DriftAnswer(
        drift,
        DriftAnswer.text(detectedAt),
        DriftAnswer.uri(detectedAt),
        DriftAnswer.text(changeAt),
        DriftAnswer.uri(changeAt),
        images,
        verdicts.getOrDefault(Verdict.DEFECT, 0),
        verdicts.getOrDefault(Verdict.UNDECIDED, 0),
        verdicts.getOrDefault(Verdict.NOT_INSPECTED, 0),
        hasRange ? unlike.size() : null,
        hasRange ? unlikeImages() : null,
        errors.size(),
        known.leftOut(leftOut),
        filesLeftOut);
  }

  private List<DriftAnswer.UnlikeImage> unlikeImages() {
    return unlike.entrySet().stream()
        .map(image -> DriftAnswer.UnlikeImage.of(image.getKey(), image.getValue()))
        .toList();
  }
}
