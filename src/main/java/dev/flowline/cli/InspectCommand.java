package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.cli.InspectionSources.Source;
import dev.flowline.drift.Drift;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.page.MaskOverlay;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Inspects images: one JSON line each. A file that cannot be read is one line too, and does not end
 * it; where only overlay and mask could not be written, the line holds the verdict and the error.
 */
@Command(
    name = "inspect",
    description = "Inspect images: one JSON line each, overlays and masks on demand.",
    footer = {
      "",
      "Exits with 1 where something could not be read or written; its line then holds 'error'.",
      "With a verdict beside it, the image was inspected, but its results could not be written to -o."
    })
final class InspectCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE|DIR",
      description = "Images, or folders of images.")
  private List<Path> sources;

  @Mixin private ThresholdOptions test;
  @Mixin private DeviceOption compute;
  @Mixin private DriftOption watch;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Write NAME.overlay.png and NAME.mask.png for each image there.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    List<Source> images = InspectionSources.of(sources, output);
    common.useThreads();
    List<Map<String, Object>> lines = new ArrayList<>();
    boolean failed = false;
    AnomalyModel opened = AnomalyModel.open(model).on(compute.device());
    ModelFacts.caution(opened).ifPresent(common.err()::println);
    try (Inspector inspector = new Inspector(opened, test.over(opened.config().segmentation()))) {
      if (inspector.knowsGoodParts()) {
        inspector.watch(watch.averageRunLength());
      } else if (watch.asked()) {
        throw new IllegalArgumentException(
            "--average-run-length: drift cannot be watched: "
                + (test.asked() && opened.config().calibration() != null
                    ? "the model was calibrated for another test"
                    : "the model does not know its good parts; 'flowline calibrate' makes up for it"));
      }
      boolean told = false;
      for (Source source : images) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("image", source.file().toString());
        String error = source.tried(() -> inspect(inspector, source, line));
        if (!told && inspector.drift().map(Drift::told).orElse(false)) {
          told = true;
          common.err().println("warning: " + DriftInWords.of(inspector.drift().get()));
        }
        if (error != null) {
          failed = true;
          line.put("error", error);
          common.err().println("error: " + error);
        }
        if (common.json()) {
          lines.add(line);
          continue;
        }
        common.out().println(write(line));
        if (common.out().checkError()) {
          return Flowline.FAILURE; // nobody would learn of the parts that follow
        }
      }
      if (common.json()) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("inspections", lines);
        inspector.drift().ifPresent(drift -> object.put("drift", drift));
        common.print(object, out -> {});
      }
    }
    return failed ? Flowline.FAILURE : Flowline.SUCCESS;
  }

  private void inspect(Inspector inspector, Source source, Map<String, Object> line)
      throws IOException {
    long start = System.nanoTime();
    Image image = Images.read(source.file());
    double decodeMillis = (System.nanoTime() - start) / 1e6;
    Inspection inspection = inspector.inspect(image);
    line.put("verdict", inspection.verdict());
    line.put("anomalyScore", inspection.anomalyScore());
    line.put("smallestLog10Nfa", inspection.smallestLog10Nfa());
    line.put("log10Epsilon", inspector.segmentation().log10Epsilon());
    line.put("regions", inspection.regions());
    line.put("timingsMillis", inspection.timingsMillis().withDecode(decodeMillis));
    if (output != null) {
      draw(image, inspection, inspector.segmentation().log10Epsilon(), source.name());
    }
  }

  private void draw(Image image, Inspection inspection, double log10Epsilon, Path name)
      throws IOException {
    BufferedImage picture = Images.toBufferedImage(image);
    boolean[] detected =
        inspection.verdict() == Verdict.DEFECT
            ? inspection.nfaMap().mask(log10Epsilon)
            : new boolean[inspection.nfaMap().log10Nfa().length];
    int columns = inspection.nfaMap().width();
    Path base = output.resolve(name);
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".overlay.png"),
        MaskOverlay.draw(picture, detected, null, columns));
    boolean[] stretched = MaskOverlay.stretched(detected, columns, image.width(), image.height());
    byte[] mask = new byte[stretched.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (stretched[i] ? 255 : 0);
    }
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".mask.png"),
        Image.of8(image.height(), image.width(), 1, mask));
  }

  private static String write(Map<String, Object> line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an inspection has no JSON form", e);
    }
  }
}
