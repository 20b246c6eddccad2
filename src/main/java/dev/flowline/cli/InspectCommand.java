package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.eval.Overlay;
import dev.flowline.internal.FlowlineException;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Inspects images: one JSON line each. A file that cannot be read is one line too, and does not end
 * it.
 */
@Command(
    name = "inspect",
    description = "Inspect images: one JSON line each, overlays and masks on demand.",
    footer = {
      "",
      "Exits with 1 where an image could not be read; that image's line then holds 'error'."
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

  @Mixin private TestOptions test;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Write NAME.overlay.png and NAME.mask.png for each image there.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    List<Source> images = images();
    common.useThreads();
    List<Map<String, Object>> lines = new ArrayList<>();
    boolean failed = false;
    AnomalyModel opened = AnomalyModel.open(model);
    try (Inspector inspector = new Inspector(opened, test.over(opened.config().segmentation()))) {
      for (Source source : images) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("image", source.file.toString());
        try {
          inspect(inspector, source, line);
        } catch (IOException | FlowlineException e) {
          failed = true;
          line.put("error", e.getMessage());
          common.err().println("error: " + e.getMessage());
        }
        if (common.json()) {
          lines.add(line);
        } else {
          common.out().println(write(line));
          common.out().flush();
        }
      }
    }
    if (common.json()) {
      common.print(Map.of("inspections", lines), out -> {});
    }
    return failed ? Flowline.FAILURE : Flowline.SUCCESS;
  }

  private void inspect(Inspector inspector, Source source, Map<String, Object> line)
      throws IOException {
    Inspection inspection = inspector.inspect(source.file);
    line.put("verdict", inspection.verdict());
    line.put("anomalyScore", inspection.anomalyScore());
    line.put("smallestLog10Nfa", inspection.smallestLog10Nfa());
    line.put("log10Epsilon", inspector.segmentation().log10Epsilon());
    line.put("regions", inspection.regions());
    line.put("timingsMillis", inspection.timingsMillis());
    if (output != null) {
      draw(inspection, inspector.segmentation().log10Epsilon(), source);
    }
  }

  private void draw(Inspection inspection, double log10Epsilon, Source source) throws IOException {
    BufferedImage picture = Images.toBufferedImage(Images.read(source.file));
    boolean[] detected =
        inspection.verdict() == Verdict.DEFECT
            ? inspection.nfaMap().mask(log10Epsilon)
            : new boolean[inspection.nfaMap().log10Nfa().length];
    int columns = inspection.nfaMap().width();
    Path base = output.resolve(source.name);
    Files.createDirectories(base.toAbsolutePath().getParent());
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".overlay.png"),
        Overlay.draw(picture, detected, null, columns));
    boolean[] stretched =
        Overlay.stretched(detected, columns, picture.getWidth(), picture.getHeight());
    byte[] mask = new byte[stretched.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (stretched[i] ? 255 : 0);
    }
    Images.writePng(
        base.resolveSibling(base.getFileName() + ".mask.png"),
        Image.of8(picture.getHeight(), picture.getWidth(), 1, mask));
  }

  /** An image file, and what its results are called: its path below the folder that was named. */
  private record Source(Path file, Path name) {}

  private List<Source> images() throws IOException {
    List<Source> images = new ArrayList<>();
    for (Path source : sources) {
      if (!Files.isDirectory(source)) {
        images.add(new Source(source, source.getFileName()));
        continue;
      }
      try (Stream<Path> files = Files.walk(source)) {
        List<Path> found =
            files.filter(Files::isRegularFile).filter(Images::isImage).sorted().toList();
        if (found.isEmpty()) {
          throw new IOException("no image in " + source);
        }
        found.forEach(file -> images.add(new Source(file, source.relativize(file))));
      }
    }
    if (output != null) {
      requireDistinctNames(images);
    }
    return images;
  }

  private static void requireDistinctNames(List<Source> images) {
    Map<Path, Path> named = new HashMap<>();
    for (Source image : images) {
      Path other = named.put(image.name, image.file);
      if (other != null) {
        throw new IllegalArgumentException(
            "the results of "
                + other
                + " and "
                + image.file
                + " would have the same name: inspect them with another --output each");
      }
    }
  }

  private static String write(Map<String, Object> line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an inspection has no JSON form", e);
    }
  }
}
