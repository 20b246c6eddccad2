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
      "The exit code is 1 if an image cannot be read, and 0 otherwise, with or without drift."
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
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
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
      List<String> filesLeftOut) {}

  @Override
  public Integer call() throws IOException {
    ImageFiles images = ImageFiles.list(sources, null);
    threads.load();
    try (AnomalyModel opened = AnomalyModel.open(model)) {
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
    LeftOutFiles.print(files, common);
    List<Path> good = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    try (Progress progress = Progress.on(common.err())) {
      for (int i = 0; i < images.size(); i++) {
        ListedImage image = images.get(i);
        String error = ImageTask.tried(image, () -> inspect(inspector, line, image, good));
        if (error != null) {
          errors.add(error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
    }
    errors.forEach(error -> common.err().println("error: " + error));
    Answer answer = answer(line.state(), good, files, errors.size());
    common.print(answer, out -> out.println(inWords(answer)));
    return errors.isEmpty() ? Flowline.SUCCESS : Flowline.FAILURE;
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

  private static Answer answer(Drift drift, List<Path> good, ImageFiles files, int notRead) {
    int images = files.images().size();
    return new Answer(
        drift,
        at(drift.detectedAtPart(), good),
        at(drift.changeAtPart(), good),
        images,
        images - notRead - good.size(),
        notRead,
        LeftOutFiles.namesOf(files));
  }

  private static String inWords(Answer answer) {
    String words = DriftInWords.of(answer.drift);
    return answer.drift.detected()
        ? words + "\nimages " + answer.changeAtImage + " to " + answer.detectedAtImage
        : words;
  }

  /** Returns the image of a good part, numbered from 1; null for null. */
  private static String at(Long part, List<Path> good) {
    return part == null ? null : good.get(part.intValue() - 1).toString();
  }
}
