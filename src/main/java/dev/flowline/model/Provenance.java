package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.data.ImageDigests;
import dev.flowline.io.OneLine;
import dev.flowline.runtime.FlowlineVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The provenance of a model: who made it, when, of which files, and who has calibrated it since. It
 * names files and folders without the path to them. Images are named by {@link ImageDigests}.
 *
 * @param created null if the model is older than such records
 * @param calibrated calibrations since then, oldest first; empty for none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Provenance(Creation created, List<CalibrationStep> calibrated) {
  public Provenance {
    calibrated = calibrated == null ? List.of() : RecordBounds.list("calibrated", calibrated);
  }

  /** The option of a {@link Creation} whose images are in groups: "24 images in 11 groups". */
  public static final String IMAGE_GROUPS = "image-groups";

  /**
   * Returns in how many groups the images are that set the threshold, as in "24 images in 11
   * groups": a rate that supposes independent images is a guide only then. Empty if each image is
   * on its own, or if later images set the threshold.
   */
  public Optional<String> groupsBehindThreshold() {
    return created == null || lastByImages().isPresent()
        ? Optional.empty()
        : Optional.ofNullable(created.options().get(IMAGE_GROUPS));
  }

  /** Makes the provenance of a new model. */
  public Provenance(Creation created) {
    this(created, List.of());
  }

  /**
   * The making of a model.
   *
   * @param command of Flowline that made it; {@code train} for {@code compare} too, whose model
   *     files are those of {@code train}
   * @param flowline the version of Flowline
   * @param date when it began, ISO 8601, UTC
   * @param dataset name of the dataset's folder; null if it has none
   * @param weights the files of pretrained weights, or the checkpoint that was imported
   * @param options of the command as they were in effect, by name
   * @param images null if the model did not learn here
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Creation(
      String command,
      String flowline,
      String date,
      String dataset,
      List<SourceFile> weights,
      Map<String, String> options,
      TrainingImages images) {
    public Creation {
      RecordBounds.text("command", command);
      RecordBounds.text("flowline", flowline);
      RecordBounds.date(date);
      if (dataset != null) {
        RecordBounds.text("dataset", dataset);
      }
      weights = weights == null ? List.of() : RecordBounds.list("weights", weights);
      options = options == null ? Map.of() : new LinkedHashMap<>(options);
      options.forEach(
          (name, value) -> {
            RecordBounds.text("options", name);
            RecordBounds.text(name, value);
          });
      options = Collections.unmodifiableMap(options);
    }

    /** Returns the options in one line, as in "epochs=20 batch=8"; empty for none. */
    public Optional<String> optionsInWords() {
      return options.entrySet().stream()
          .map(option -> option.getKey() + "=" + option.getValue())
          .reduce((before, option) -> before + " " + option);
    }
  }

  /**
   * A file that a model was made of.
   *
   * @param file its name, without a path
   * @param sha256 its digest, 64 hexadecimal digits
   */
  public record SourceFile(String file, String sha256) {
    public SourceFile {
      RecordBounds.text("file", file);
      RecordBounds.sha256("sha256", sha256);
    }
  }

  /**
   * The digests of the images of a training, by what they were for.
   *
   * @param learned images that the weights were fitted to
   * @param validation images that chose the epoch and measured the region law
   * @param calibration images that set the threshold
   */
  public record TrainingImages(
      List<String> learned, List<String> validation, List<String> calibration) {
    public TrainingImages {
      learned = RecordBounds.digests("learned", learned);
      validation = RecordBounds.digests("validation", validation);
      calibration = RecordBounds.digests("calibration", calibration);
    }

    /** Returns how many there are, for whatever they were. */
    public int count() {
      return learned.size() + validation.size() + calibration.size();
    }

    /**
     * Returns one digest for all, see {@link ImageDigests#together}. It does not depend on what
     * each image was for.
     */
    public String sha256() {
      return ImageDigests.together(
          Stream.of(learned, validation, calibration).flatMap(List::stream).toList());
    }
  }

  /**
   * A calibration of a model that had been made before.
   *
   * @param flowline the version of Flowline
   * @param date ISO 8601, UTC
   * @param images digests of the good images that set the threshold or measured the region law;
   *     empty if both stayed
   * @param guardBandImages digests of the images that measured the guard band; empty for none
   */
  public record CalibrationStep(
      String flowline,
      String date,
      List<String> images,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> guardBandImages) {
    public CalibrationStep {
      RecordBounds.text("flowline", flowline);
      RecordBounds.date(date);
      images = RecordBounds.digests("images", images);
      guardBandImages =
          guardBandImages == null
              ? List.of()
              : RecordBounds.digests("guardBandImages", guardBandImages);
    }
  }

  /**
   * Returns the name of a file or folder as a record holds it, without the path: {@code ?} stands
   * for what no line can hold, and for a blank name. Null for the root of a file system.
   */
  public static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    if (last == null) {
      return null;
    }
    String name = OneLine.of(last.toString());
    return name.isBlank() ? "?" : name;
  }

  /**
   * Returns this provenance with one more calibration, by this version of Flowline.
   *
   * @param before null if nothing is recorded yet
   * @param images digests of the good images that set the threshold or measured the region law
   */
  public static Provenance calibrated(Provenance before, Instant date, List<String> images) {
    return calibrated(before, date, images, List.of());
  }

  /**
   * Returns this provenance with one more calibration, by this version of Flowline.
   *
   * @param before null if nothing is recorded yet
   * @param images digests of the good images that set the threshold or measured the region law
   * @param guardBandImages digests of the images that measured the guard band
   */
  public static Provenance calibrated(
      Provenance before, Instant date, List<String> images, List<String> guardBandImages) {
    List<CalibrationStep> all = new ArrayList<>(before == null ? List.of() : before.calibrated);
    all.add(
        new CalibrationStep(FlowlineVersion.current(), date.toString(), images, guardBandImages));
    return new Provenance(before == null ? null : before.created, all);
  }

  /** Returns whether the images of the training are recorded. */
  @JsonIgnore
  public boolean isOfKnownImages() {
    return created != null && created.images != null;
  }

  /**
   * Returns the digests of the images that the weights depend on: those that the model learned
   * from, and those that chose the epoch. Empty if they are not recorded.
   */
  public Set<String> trainedOn() {
    Set<String> digests = new HashSet<>();
    if (isOfKnownImages()) {
      digests.addAll(created.images.learned);
      digests.addAll(created.images.validation);
    }
    return digests;
  }

  /** Returns the digests of all images that training and calibrations have used. */
  public Set<String> used() {
    Set<String> digests = trainedOn();
    if (isOfKnownImages()) {
      digests.addAll(created.images.calibration);
    }
    for (CalibrationStep step : calibrated) {
      digests.addAll(step.images);
      digests.addAll(step.guardBandImages);
    }
    return digests;
  }

  /** Returns the last calibration since then that set the threshold by images; empty for none. */
  public Optional<CalibrationStep> lastByImages() {
    return calibrated.stream().filter(step -> !step.images.isEmpty()).reduce((one, later) -> later);
  }
}
