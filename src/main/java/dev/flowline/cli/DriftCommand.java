package dev.flowline.cli;

import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.line.Drift;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.file.Path;
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
    int failed = 0;
    int defects = 0;
    try (Inspector inspector = new Inspector(opened, opened.config().segmentation());
        Progress progress = Progress.on(common.err())) {
      inspector.watch(watch.averageRunLength());
      for (int i = 0; i < images.size(); i++) {
        String error = images.get(i).error();
        if (error == null) {
          try {
            boolean defect = inspector.inspect(images.get(i).file()).verdict() == Verdict.DEFECT;
            defects += defect ? 1 : 0;
          } catch (IOException e) {
            error = Failures.describe(e);
          }
        }
        if (error != null) {
          failed++;
          progress.note("error: " + error);
        }
        progress.step("images", i + 1, images.size(), "");
      }
      progress.close();
      Drift drift = inspector.drift().orElseThrow();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("drift", drift);
      json.put("images", images.size());
      json.put("judgedDefective", defects);
      json.put("notRead", failed);
      common.print(json, out -> out.println(DriftInWords.of(drift)));
    }
    return failed > 0 ? Flowline.FAILURE : Flowline.SUCCESS;
  }
}
