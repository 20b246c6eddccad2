package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.drift.Drift;
import dev.flowline.drift.DriftMonitor;
import dev.flowline.flow.Latents;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.Parameters;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.ImageMaps;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Inspects images with one model: the whole way from pixels to regions. Evaluation goes through it
 * too, so that what is evaluated is what runs on the line. One thread at a time; open one by
 * thread.
 */
public final class Inspector implements AutoCloseable {
  private final AnomalyModel model;
  private final SegmentationOptions segmentation;
  private final AContrario aContrario;
  private final FloatBuffer input;
  private final Tensor inputTensor;
  private DriftMonitor drift; // null while nobody asked to watch

  /**
   * @param model owned by this object from now on; where it lies when it is handed over, it all is
   *     computed
   * @param segmentation the test to use instead of the model's own
   */
  public Inspector(AnomalyModel model, SegmentationOptions segmentation) {
    this.model = model;
    this.segmentation = segmentation;
    aContrario = new AContrario(segmentation, model.device(), 1);
    var preprocessing = model.config().preprocessing();
    input =
        ByteBuffer.allocateDirect(preprocessing.inputLength() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    inputTensor = Parameters.over(input, 1, 3, preprocessing.height(), preprocessing.width());
  }

  /**
   * On the CPU.
   *
   * @throws IOException naming the file, if it is no readable model
   */
  public static Inspector open(Path model) throws IOException {
    return open(model, Device.CPU);
  }

  /**
   * @throws IOException naming the file, if it is no readable model
   */
  public static Inspector open(Path model, Device device) throws IOException {
    AnomalyModel opened = AnomalyModel.open(model).on(device);
    return new Inspector(opened, opened.config().segmentation());
  }

  public AnomalyModel model() {
    return model;
  }

  /** The statistical test in use. */
  public SegmentationOptions segmentation() {
    return segmentation;
  }

  /**
   * Whether it is known what good parts were like when this test was calibrated; of model files of
   * before it is not.
   */
  public boolean knowsGoodParts() {
    return calibratedOn().size() >= 2;
  }

  /**
   * From now on watches whether parts that are judged good are still what they were when the model
   * was calibrated; called again, it begins anew. It changes no verdict. Parts of which only a
   * field of view is looked at are left out: those of the calibration were judged as a whole.
   *
   * @param averageRunLength parts until a false alarm of drift, on average at least
   * @throws IllegalStateException unless it {@link #knowsGoodParts knows what they were like}
   */
  public void watch(double averageRunLength) {
    if (!knowsGoodParts()) {
      throw new IllegalStateException(
          "it is not known what good parts were like: the test was not calibrated, by too few images, or by an older Flowline; 'flowline calibrate' makes up for it");
    }
    drift = new DriftMonitor(statistics(), calibratedOn(), averageRunLength);
  }

  private List<String> statistics() {
    return LatentStatistics.names(model.cost().latentShapes());
  }

  /**
   * Latents of the calibration images that are as exchangeable with parts judged good as images can
   * be: judged good, too, and without those up to the one that is the threshold.
   */
  private List<List<Double>> calibratedOn() {
    Calibration calibration = model.config().calibration();
    if (calibration == null || !segmentation.equals(model.config().segmentation())) {
      return List.of();
    }
    int known = statistics().size(); // other ones in files of before
    return calibration.images().stream()
        .skip(calibration.rank())
        .filter(image -> image.latentStatistics() != null)
        .filter(image -> image.latentStatistics().size() == known)
        .map(CalibrationImage::latentStatistics)
        .toList();
  }

  /** What watching has to tell; empty unless {@link #watch} was called. */
  public Optional<Drift> drift() {
    return Optional.ofNullable(drift).map(DriftMonitor::state);
  }

  /**
   * @throws IOException naming the file, if it is no readable image
   */
  public Inspection inspect(Path image) throws IOException {
    long start = System.nanoTime();
    Image decoded = Images.read(image);
    double decodeMillis = millisSince(start);
    Inspection inspection = inspect(decoded);
    return new Inspection(
        inspection.verdict(),
        inspection.anomalyScore(),
        inspection.smallestLog10Nfa(),
        inspection.regions(),
        inspection.anomalyMap(),
        inspection.nfaMap(),
        inspection.timingsMillis().withDecode(decodeMillis));
  }

  /** With maps of the model's input size. */
  public Inspection inspect(Image image) {
    var preprocessing = model.config().preprocessing();
    return inspect(image, preprocessing.height(), preprocessing.width());
  }

  /**
   * With maps of the model's input size, and defects only where they are looked for.
   *
   * @param view in pixels of the image
   * @throws IllegalArgumentException if it is one of an image of another size
   */
  public Inspection inspect(Image image, FieldOfView view) {
    if (view.height() != image.height() || view.width() != image.width()) {
      throw new IllegalArgumentException(
          "the field of view is one of %d x %d pixels, the image has %d x %d"
              .formatted(view.height(), view.width(), image.height(), image.width()));
    }
    var preprocessing = model.config().preprocessing();
    return inspectMaps(image, view.resized(preprocessing.height(), preprocessing.width()));
  }

  /**
   * With maps of the given size. The verdict does not depend on it: it is that of the most
   * meaningful region before interpolation.
   */
  public Inspection inspect(Image image, int mapHeight, int mapWidth) {
    return inspectMaps(image, FieldOfView.whole(mapHeight, mapWidth));
  }

  /**
   * @param view in pixels of the maps
   */
  private Inspection inspectMaps(Image image, FieldOfView view) {
    long start = System.nanoTime();
    input.clear();
    model.config().preprocessing().apply(image, input);
    double preprocess = millisSince(start);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      start = System.nanoTime();
      List<Tensor> features = model.testFeatures(inputTensor);
      double extractor = millisSince(start);
      return judge(features, view, image.height(), image.width(), preprocess, extractor);
    }
  }

  /**
   * Whether an inspection can go on from features; otherwise it needs the image again, as where
   * latents have no positions, or where it is turned.
   */
  public boolean goesOnFromFeatures() {
    return model.hasPositions() && model.config().settings().testRotations() == 0;
  }

  /**
   * As of an image whose features these are, but for regions, which are in pixels of the maps.
   *
   * @param features (1, C, H, W) by scale, as {@link AnomalyModel#features} has them
   * @throws IllegalStateException if it cannot {@link #goesOnFromFeatures go on from them}
   */
  public Inspection inspect(List<Tensor> features, int mapHeight, int mapWidth) {
    if (!goesOnFromFeatures()) {
      throw new IllegalStateException(model.config().model() + " needs the image again");
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      return judge(features, FieldOfView.whole(mapHeight, mapWidth), mapHeight, mapWidth, 0, 0);
    }
  }

  /** The rest of the way, with the times that what came before has taken. */
  private Inspection judge(
      List<Tensor> features,
      FieldOfView view,
      int imageHeight,
      int imageWidth,
      double preprocess,
      double extractor) {
    long start = System.nanoTime();
    Latents<Tensor> latents = model.testLatents(features);
    double flow = millisSince(start);

    start = System.nanoTime();
    ImageMaps maps = maps(latents, view);
    NfaMap nfa = maps.nfaMap();
    Verdict verdict = nfa.smallest() < segmentation.log10Epsilon() ? Verdict.DEFECT : Verdict.GOOD;
    if (drift != null && verdict == Verdict.GOOD && view.isWhole()) {
      drift.add(LatentStatistics.of(aContrario, latents));
    }
    List<Region> regions =
        verdict == Verdict.DEFECT ? regions(nfa, imageHeight, imageWidth) : List.of();
    double test = millisSince(start);

    return new Inspection(
        verdict,
        maps.anomalyScore(),
        nfa.smallest(),
        regions,
        maps.anomalyMap(),
        nfa,
        new StageTimings(0, preprocess, extractor, flow, test));
  }

  /**
   * In one go where libflowline has the model's law, otherwise map and score by the model; where
   * latents have no positions, the map is that of the input's gradient.
   */
  private ImageMaps maps(Latents<Tensor> latents, FieldOfView view) {
    List<NativeView> views = AnomalyModel.views(latents);
    if (model.mapsLikelihood()) {
      return aContrario.maps(views, view).get(0);
    }
    NfaMap nfaMap = aContrario.segment(views, view).get(0);
    Tensor map = model.anomalyMap(latents, view.height(), view.width());
    float score = Parameters.store(model.anomalyScore(latents, map)).toFloats()[0];
    if (!model.hasPositions()) {
      Tensor gradients = model.inputGradientMap(inputTensor);
      map = model.ops().resizeBilinear(gradients, view.height(), view.width());
    }
    return new ImageMaps(nfaMap, Parameters.store(map).toFloats(), score);
  }

  private List<Region> regions(NfaMap nfa, int imageHeight, int imageWidth) {
    double down = (double) imageHeight / nfa.height();
    double right = (double) imageWidth / nfa.width();
    List<Region> inMap = nfa.regions(segmentation.log10Epsilon());
    return (inMap.isEmpty() ? List.of(lowest(nfa)) : inMap)
        .stream()
            .map(region -> inImage(region, right, down))
            .sorted(Comparator.comparingDouble(Region::log10Nfa))
            .toList();
  }

  /** The lowest pixel, standing for a region that interpolation has levelled out of the map. */
  private static Region lowest(NfaMap nfa) {
    float[] map = nfa.log10Nfa();
    int at = 0;
    for (int i = 1; i < map.length; i++) {
      at = map[i] < map[at] ? i : at;
    }
    int x = at % nfa.width();
    int y = at / nfa.width();
    return new Region(x, y, 1, 1, 1, x, y, x, y, nfa.smallest());
  }

  /**
   * From the map's pixels to the image's; a box covers every image pixel that its map pixels touch.
   */
  private static Region inImage(Region r, double right, double down) {
    int x = (int) Math.floor(r.x() * right);
    int y = (int) Math.floor(r.y() * down);
    return new Region(
        x,
        y,
        Math.max(1, (int) Math.ceil((r.x() + r.width()) * right) - x),
        Math.max(1, (int) Math.ceil((r.y() + r.height()) * down) - y),
        Math.max(1, (int) Math.round(r.area() * right * down)),
        (r.centroidX() + 0.5) * right - 0.5,
        (r.centroidY() + 0.5) * down - 0.5,
        (int) ((r.peakX() + 0.5) * right),
        (int) ((r.peakY() + 0.5) * down),
        r.log10Nfa());
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    inputTensor.close();
    aContrario.close();
    model.close();
  }
}
