package dev.flowline.cli;

import dev.flowline.drift.Drift;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ListedImage;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.DriftWatch;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.KnownImages;
import java.io.IOException;
import java.nio.file.Path;
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
  @Mixin private LogbookOption logbook;
  @Mixin private ProgramOption program;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    common.begins("listing the images");
    ImageFiles images = ImageFiles.list(sources, null);
    threads.load();
    try (AnomalyModel opened = reading.open(model, program)) {
      logbook.requireOf(opened);
      opened.on(compute.device());
      try (Inspector inspector = new Inspector(opened, opened.config().segmentation())) {
        return watch(inspector, images);
      }
    }
  }

  private int watch(Inspector inspector, ImageFiles files) throws IOException {
    DriftWatch line =
        DriftWatch.of(inspector, watch.averageRunLength())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        model
                            + ": drift cannot be watched, because the model holds no statistics of good parts: 'flowline calibrate' measures them"));
    LeftOutFiles.print(files, common);
    DriftInWords.note(line.state()).ifPresent(common.err()::println);
    DriftTally tally = tally(inspector, line, files.images());
    tally.print(common.err());
    Drift drift = line.state();
    common.print(
        tally.answer(drift, LeftOutFiles.namesOf(files)),
        out -> out.println(DriftInWords.of(drift, tally.good())));
    logbook.recordDrift(inspector.model(), drift, tally.inspected(), tally.good(), sources);
    if (!tally.isWhole()) {
      return Flowline.FAILURE;
    }
    return watch.fails() && drift.detected() ? Flowline.DRIFT : Flowline.SUCCESS;
  }

  /** Inspects the images that the model does not know yet, and watches the good ones. */
  private DriftTally tally(Inspector inspector, DriftWatch line, List<ListedImage> images) {
    KnownImages known = KnownImages.ofAllUses(inspector.model().config());
    DriftTally tally = new DriftTally(images.size(), known, inspector.inputRange().isPresent());
    InspectionRequest request = InspectionRequest.DEFAULT.withLatentStatistics();
    try (Progress progress = Progress.on(common.err())) {
      for (int i = 0; i < images.size(); i++) {
        ListedImage image = images.get(i);
        String error =
            ImageTask.tried(
                image,
                () -> {
                  if (known.contains(image.file())) {
                    tally.addKnown();
                    return;
                  }
                  DetailedInspection part =
                      inspector.inspect(DecodedImage.read(image.file()), request);
                  line.add(part);
                  tally.add(image.file(), part.inspection());
                });
        if (error != null) {
          tally.addError(error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
    }
    return tally;
  }
}
