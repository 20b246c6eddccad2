package dev.flowline.detectability;

import dev.flowline.acceptance.Proportion;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.DefectPainter;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.data.synthesis.PlacedDefect;
import dev.flowline.detectability.DefectDesign.PlannedDefect;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.OneLine;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.FieldOfView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A study of what a model detects: it inspects good images as they are, and then with one made-up
 * defect each. A defect is found if the verdict is DEFECT, a detected region touches it, and none
 * touches its place without it.
 */
public final class DetectabilityStudy {
  private final Inspector inspector;
  private final List<GoodImage> good = new ArrayList<>();
  private final List<DefectExample> examples = new ArrayList<>();
  private boolean showsObject;

  /**
   * Inspects the good images as they are.
   *
   * @param inspector stays the caller's
   * @param images that the model has not used
   * @param done hears of each image
   * @throws IllegalArgumentException if there is none
   * @throws IOException naming the file, if one cannot be read
   */
  public DetectabilityStudy(Inspector inspector, List<Path> images, ImagesDone done)
      throws IOException {
    this.inspector = inspector;
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a study takes at least one good image, got none");
    }
    for (Path file : images) {
      DecodedImage image = DecodedImage.read(file);
      DetectedPixels alarm = DetectedPixels.of(inspector.inspect(image, InspectionRequest.DEFAULT));
      good.add(new GoodImage(file, image.image().height(), image.image().width(), alarm));
      done.report(good.size(), images.size());
    }
  }

  /** Returns the shortest side among the images, in pixels. */
  public int shorterSide() {
    return good.stream()
        .mapToInt(image -> Math.min(image.height(), image.width()))
        .min()
        .orElseThrow();
  }

  /** Returns how many of the good images raise an alarm as they are. */
  public Proportion measuredFalseAlarms() {
    int alarms = (int) good.stream().filter(image -> image.alarm().any()).count();
    return new Proportion(alarms, good.size(), PodCurve.CONFIDENCE);
  }

  /**
   * Makes the defects of a design, each on a good image that is drawn, and inspects them.
   *
   * @param foreground whether defects lie on the object, if an image shows one
   * @param done hears of each defect
   * @return the defects, image by image
   * @throws IllegalArgumentException if a defect is too large for an image
   * @throws IOException naming the file, if an image cannot be read
   */
  public List<DefectTrial> run(DefectDesign design, ForegroundKind foreground, ImagesDone done)
      throws IOException {
    List<PlannedDefect> planned = design.defects();
    List<List<PlannedDefect>> byImage = new ArrayList<>();
    good.forEach(image -> byImage.add(new ArrayList<>()));
    for (PlannedDefect defect : planned) {
      byImage.get(defect.image(good.size())).add(defect);
    }
    List<DefectTrial> trials = new ArrayList<>();
    for (int i = 0; i < good.size(); i++) {
      if (!byImage.get(i).isEmpty()) {
        Image image = Images.read(good.get(i).file());
        DefectPainter painter = new DefectPainter(image, foreground, view(image));
        showsObject |= painter.hasObject();
        for (PlannedDefect defect : byImage.get(i)) {
          trials.add(trial(good.get(i), image, painter, defect, design));
          done.report(trials.size(), planned.size());
        }
      }
    }
    return List.copyOf(trials);
  }

  private FieldOfView view(Image image) {
    CalibratedView own = inspector.test().fieldOfView();
    return own == null ? null : own.ofMaps(image.height(), image.width());
  }

  private DefectTrial trial(
      GoodImage file,
      Image image,
      DefectPainter painter,
      PlannedDefect planned,
      DefectDesign design) {
    PlacedDefect defect =
        painter.paint(planned.kind(), planned.size(), planned.contrast(), planned.seed());
    DetectedPixels detected =
        DetectedPixels.of(inspector.inspect(defect.image(), InspectionRequest.DEFAULT));
    boolean found =
        detected.touch(defect.mask(), image.width())
            && !file.alarm().touch(defect.mask(), image.width());
    if (planned.contrast() == design.mainContrast()) {
      examples.add(DefectExample.of(image, defect, found));
      DefectExample.keepSome(examples, defect.kind(), design);
    }
    return new DefectTrial(
        defect.kind(),
        planned.contrast(),
        defect.contrast(),
        defect.size(),
        defect.x() / image.width(),
        defect.y() / image.height(),
        OneLine.of(String.valueOf(file.file().getFileName())),
        found);
  }

  /** Returns whether defects were laid on an object that an image shows. */
  public boolean showsObject() {
    return showsObject;
  }

  /** Returns an example of each kind, of the main contrast and a middle size. */
  public List<DefectExample> examples() {
    return List.copyOf(examples);
  }

  /** Returns one of the good images, behind which places are shown. */
  public Path anImage() {
    return good.get(0).file();
  }

  /**
   * Inspects a real defect.
   *
   * @param mask (H·W) of the image, true where defective, with at least one pixel
   */
  boolean finds(Image image, boolean[] mask) {
    return DetectedPixels.of(inspector.inspect(image, InspectionRequest.DEFAULT))
        .touch(mask, image.width());
  }

  /** Inspects the defective images of a dataset that have a mask. */
  public List<RealTrial> real(List<Sample> defective, ImagesDone done) throws IOException {
    List<RealTrial> trials = new ArrayList<>();
    int looked = 0;
    for (Sample sample : defective) {
      RealTrial.of(sample, this).ifPresent(trials::add);
      done.report(++looked, defective.size());
    }
    return List.copyOf(trials);
  }
}
