package dev.flowline.cli;

import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.drift.Drift;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Whether good parts are still what they were at the calibration. */
@Command(
    name = "drift",
    description = "Tell whether good parts are still what they were when the model was calibrated.",
    footer = {
      "",
      "Images are taken in the order of their names, as they came from the camera. Only those that are judged good are compared. Exits with 1 where an image could not be read, whether there is drift or not."
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
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    List<Source> images = InspectionSources.of(sources, null);
    common.useThreads();
    AnomalyModel opened = AnomalyModel.open(model).on(compute.device());
    List<Path> good = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    Drift drift;
    try (Inspector inspector = new Inspector(opened, opened.config().segmentation());
        Progress progress = Progress.on(common.err())) {
      inspector.watch(watch.averageRunLength());
      for (int i = 0; i < images.size(); i++) {
        Source image = images.get(i);
        String error = image.tried(() -> inspect(inspector, image, good));
        if (error != null) {
          errors.add(error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
      drift = inspector.drift().orElseThrow();
    }
    errors.forEach(error -> common.err().println("error: " + error));
    common.print(
        json(drift, good, images.size(), errors.size()), out -> out.println(inWords(drift, good)));
    return errors.isEmpty() ? Flowline.SUCCESS : Flowline.FAILURE;
  }

  private static void inspect(Inspector inspector, Source image, List<Path> good)
      throws IOException {
    if (inspector.inspect(image.file()).verdict() == Verdict.GOOD) {
      good.add(image.file());
    }
  }

  private static Map<String, Object> json(Drift drift, List<Path> good, int images, int notRead) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("drift", drift);
    if (drift.told()) {
      json.put("toldAtImage", at(drift.atPart(), good).toString());
      json.put("sinceImage", at(drift.sincePart(), good).toString());
    }
    json.put("images", images);
    json.put("judgedDefective", images - notRead - good.size());
    json.put("notRead", notRead);
    return json;
  }

  private static String inWords(Drift drift, List<Path> good) {
    String told = DriftInWords.of(drift);
    return drift.told()
        ? told + "\nimages " + at(drift.sincePart(), good) + " to " + at(drift.atPart(), good)
        : told;
  }

  private static Path at(long part, List<Path> good) {
    return good.get((int) part - 1);
  }
}
