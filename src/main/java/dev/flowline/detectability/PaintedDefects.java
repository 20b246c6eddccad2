package dev.flowline.detectability;

import dev.flowline.data.Mask;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.DefectPainter;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.data.synthesis.PlacedDefect;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The made-up defects of a design as images with masks in a folder, so that several models can be
 * tested on the same ones.
 *
 * @param folder takes the images, and the masks in a folder below
 */
public record PaintedDefects(Path folder) {
  /**
   * Paints and writes the defects, each on a good image that is drawn. The same arguments give the
   * same files.
   *
   * @param good images, at least one
   * @param foreground whether defects lie on the object, if an image shows one
   * @param done hears of each defect
   * @return a sample for each defect, whose type is the kind
   * @throws IllegalArgumentException if there is no image, or a defect is too large for one
   * @throws IOException naming the file, if one cannot be read or written
   */
  public List<Sample> write(
      List<Path> good, DefectDesign design, ForegroundKind foreground, ImagesDone done)
      throws IOException {
    if (good.isEmpty()) {
      throw new IllegalArgumentException("defects are painted on good images, got none");
    }
    Path masks = folder.resolve("masks");
    Files.createDirectories(masks);
    List<DefectDesign.PlannedDefect> planned = design.defects();
    List<Sample> samples = new ArrayList<>();
    for (int image = 0; image < good.size(); image++) {
      DefectPainter painter = null;
      for (int i = 0; i < planned.size(); i++) {
        DefectDesign.PlannedDefect defect = planned.get(i);
        if (defect.image(good.size()) == image) {
          if (painter == null) {
            painter = new DefectPainter(Images.read(good.get(image)), foreground, null);
          }
          samples.add(sample(painter, defect, i, masks));
          done.report(samples.size(), planned.size());
        }
      }
    }
    return List.copyOf(samples);
  }

  private Sample sample(
      DefectPainter painter, DefectDesign.PlannedDefect planned, int number, Path masks)
      throws IOException {
    PlacedDefect made =
        painter.paint(planned.kind(), planned.size(), planned.contrast(), planned.seed());
    String name = String.format(Locale.ROOT, "%04d-%s.png", number, made.kind().label());
    Path image = folder.resolve(name);
    Path mask = masks.resolve(name);
    Images.writePng(image, made.image());
    Images.writePng(mask, mask(made));
    return new Sample(image, new Mask.File(mask), made.kind().label());
  }

  private static Image mask(PlacedDefect made) {
    byte[] pixels = new byte[made.mask().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (made.mask()[i] ? 255 : 0);
    }
    return Image.of8(made.image().height(), made.image().width(), 1, pixels);
  }
}
