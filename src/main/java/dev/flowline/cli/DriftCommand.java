package dev.flowline.cli;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.data.ImageDigests;
import dev.flowline.drift.Drift;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ListedImage;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.DriftWatch;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reports whether good parts are still as they were when the model was calibrated. */
@Command(
    name = "drift",
    description = "Report whether good parts are still as they were when the model was calibrated.",
    footer = {
      "",
      "Images are taken in the order of their names. Only those with the verdict GOOD are compared.",
      "The exit code is 1 if an image cannot be read. With --fail-on-drift it is 4 if drift is detected."
    })
final class DriftCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description = "Images, or folders of images.")
  private List<Path> sources;

  @Mixin private DriftOption watch;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  /** Images with the verdict GOOD, in their order. */
  private final List<Path> good = new ArrayList<>();

  /** What is unlike the calibration images about each image of which anything is. */
  private final Map<Path, List<OutOfRange>> unlike = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    common.begins("listing the images");
    ImageFiles images = ImageFiles.list(sources, null);
    threads.load();
    try (AnomalyModel opened = reading.open(model, program)) {
      opened.on(compute.device());
      try (Inspector inspector = new Inspector(opened, opened.config().segmentation())) {
        return watch(inspector, images);
      }
    }
  }

  private int watch(Inspector inspector, ImageFiles files) {
    List<ListedImage> images = files.images();
    DriftWatch line =
        DriftWatch.of(inspector, watch.averageRunLength())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        model
                            + ": drift cannot be watched, because the model holds no statistics of good parts: 'flowline calibrate' measures them"));
    Provenance provenance = inspector.model().config().provenance();
    boolean recorded = provenance != null && provenance.isOfKnownImages();
    Set<String> used = provenance == null ? Set.of() : provenance.used();
    LeftOutFiles.print(files, common);
    List<Path> known = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    try (Progress progress = Progress.on(common.err())) {
      for (int i = 0; i < images.size(); i++) {
        ListedImage image = images.get(i);
        String error =
            ImageTask.tried(
                image,
                () -> {
                  if (!used.isEmpty() && used.contains(ImageDigests.of(image.file()))) {
                    known.add(image.file());
                  } else {
                    inspect(inspector, line, image);
                  }
                });
        if (error != null) {
          errors.add(error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
    }
    errors.forEach(error -> common.err().println("error: " + error));
    note(recorded, known.size(), images.size());
    warnOfUnlike(images.size() - errors.size() - known.size());
    Drift drift = line.state();
    Path detectedAt = DriftInWords.at(drift.detectedAtPart(), good);
    Path changeAt = DriftInWords.at(drift.changeAtPart(), good);
    boolean hasRange = inspector.inputRange().isPresent();
    DriftAnswer answer =
        new DriftAnswer(
            drift,
            DriftAnswer.text(detectedAt),
            DriftAnswer.uri(detectedAt),
            DriftAnswer.text(changeAt),
            DriftAnswer.uri(changeAt),
            images.size(),
            images.size() - errors.size() - known.size() - good.size(),
            hasRange ? unlike.size() : null,
            hasRange ? unlikeImages() : null,
            errors.size(),
            recorded || !known.isEmpty() ? known.size() : null,
            LeftOutFiles.namesOf(files));
    common.print(answer, out -> out.println(DriftInWords.of(drift, good)));
    if (!errors.isEmpty()) {
      return Flowline.FAILURE;
    }
    return watch.fails() && drift.detected() ? Flowline.DRIFT : Flowline.SUCCESS;
  }

  private void inspect(Inspector inspector, DriftWatch line, ListedImage image) throws IOException {
    InspectionRequest request = InspectionRequest.DEFAULT.withLatentStatistics();
    DetailedInspection part = inspector.inspect(DecodedImage.read(image.file()), request);
    line.add(part);
    if (part.inspection().verdict() == Verdict.GOOD) {
      good.add(image.file());
    }
    List<OutOfRange> statistics = part.inspection().outOfRange();
    if (statistics != null && !statistics.isEmpty()) {
      unlike.put(image.file(), statistics);
    }
  }

  private void warnOfUnlike(int inspected) {
    Map<String, List<OutOfRange>> byName = new LinkedHashMap<>();
    unlike.forEach((file, statistics) -> byName.put(file.toString(), statistics));
    OutOfRange.inWords(byName, inspected)
        .ifPresent(words -> common.err().println("warning: " + words));
  }

  private List<DriftAnswer.UnlikeImage> unlikeImages() {
    return unlike.entrySet().stream()
        .map(image -> DriftAnswer.UnlikeImage.of(image.getKey(), image.getValue()))
        .toList();
  }

  /**
   * @param recorded whether the model records its training images
   * @param known number of images that are left out
   */
  private void note(boolean recorded, int known, int images) {
    if (!recorded) {
      common
          .err()
          .println(
              "note: the model does not record its training images: whether these hold some of them cannot be checked");
    }
    if (known > 0) {
      common
          .err()
          .printf(
              "note: %s of %s images were used in training or calibration and are left out%n",
              known, images);
    }
  }
}
