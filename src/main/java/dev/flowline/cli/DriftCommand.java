package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import dev.flowline.model.KnownImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * The answer of {@code drift --json}.
   *
   * @param detectedAtImage the image at which drift was detected; null as long as there is none
   * @param changeAtImage the image with which the change most likely began; null as long as there
   *     is none
   * @param images all of them
   * @param judgedDefective images with the verdict DEFECT
   * @param notRead images that could not be read
   * @param trainingImagesLeftOut images that training or calibration had used; null if there is
   *     none and the model does not record its training images
   * @param filesLeftOut what lay in the folders and is no image; null for nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Answer(
      Drift drift,
      String detectedAtImage,
      String changeAtImage,
      int images,
      int judgedDefective,
      int notRead,
      Integer trainingImagesLeftOut,
      List<String> filesLeftOut) {}

  @Override
  public Integer call() throws IOException {
    common.begins("listing the images");
    ImageFiles images = ImageFiles.list(sources, null);
    threads.load();
    try (AnomalyModel opened = AnomalyModel.open(model, program.policy())) {
      reading.over(opened).on(compute.device());
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
    KnownImages used = KnownImages.ofAllUses(inspector.model().config());
    LeftOutFiles.print(files, common);
    List<Path> good = new ArrayList<>();
    List<Path> known = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    try (Progress progress = Progress.on(common.err())) {
      for (int i = 0; i < images.size(); i++) {
        ListedImage image = images.get(i);
        String error =
            ImageTask.tried(
                image,
                () -> {
                  if (used.hold(image.file())) {
                    known.add(image.file());
                  } else {
                    inspect(inspector, line, image, good);
                  }
                });
        if (error != null) {
          errors.add(error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
    }
    errors.forEach(error -> common.err().println("error: " + error));
    used.unrecorded("these hold").ifPresent(this::note);
    used.leftOutInWords(known.size(), images.size()).ifPresent(this::note);
    Answer answer =
        new Answer(
            line.state(),
            DriftInWords.at(line.state().detectedAtPart(), good),
            DriftInWords.at(line.state().changeAtPart(), good),
            images.size(),
            images.size() - errors.size() - known.size() - good.size(),
            errors.size(),
            used.leftOut(known.size()),
            LeftOutFiles.namesOf(files));
    common.print(answer, out -> out.println(DriftInWords.of(answer.drift, good)));
    if (!errors.isEmpty()) {
      return Flowline.FAILURE;
    }
    return watch.fails() && answer.drift.detected() ? Flowline.DRIFT : Flowline.SUCCESS;
  }

  private static void inspect(
      Inspector inspector, DriftWatch line, ListedImage image, List<Path> good) throws IOException {
    InspectionRequest request = InspectionRequest.DEFAULT.withLatentStatistics();
    DetailedInspection part = inspector.inspect(DecodedImage.read(image.file()), request);
    line.add(part);
    if (part.inspection().verdict() == Verdict.GOOD) {
      good.add(image.file());
    }
  }

  /**
   * @param recorded whether the model records its training images
   * @param known number of images that are left out
   */
  private void note(String note) {
    common.err().println("note: " + note);
  }
}
