package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.ResultMemory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * The outputs of {@code flowline_inspect}, which are host memory for every device. It grows to the
 * largest batch; {@link #close} frees it.
 */
final class DecisionMemory implements AutoCloseable {
  /** Room for regions of each image; few have more. */
  private static final int USUAL_COUNT = 64;

  private final LibFlowline.Inspection structure = new LibFlowline.Inspection().retainReference();
  private final LibFlowline.Maps maps = new LibFlowline.Maps().retainReference();
  private final ResultMemory nfaMaps = ResultMemory.on(Device.CPU); // (N, height, width)
  private final ResultMemory anomalyMaps = ResultMemory.on(Device.CPU); // (N, height, width)
  private final ResultMemory numbers = ResultMemory.on(Device.CPU); // (2, N): min NFA, score
  private final ResultMemory moments = ResultMemory.on(Device.CPU); // see MomentsMemory
  private IntPointer verdicts = new IntPointer(); // (N)
  private LongPointer counts = new LongPointer(); // (N)
  private LibFlowline.Region regions; // (N, USUAL_COUNT); null at first

  // Of the call at hand.
  private int images;
  private FieldOfView view;
  private double log10Epsilon;
  private GuardBand band;
  private boolean anomaly;
  private MomentsMemory layout; // null without moments

  /**
   * Returns the structure for a call, with room for its outputs.
   *
   * @param anomaly whether anomaly maps are wanted
   * @param withMoments whether moments are wanted
   */
  LibFlowline.Inspection prepare(
      List<NativeView> latents,
      int images,
      FieldOfView view,
      double log10Epsilon,
      GuardBand band,
      boolean anomaly,
      boolean withMoments) {
    this.images = images;
    this.view = view;
    this.log10Epsilon = log10Epsilon;
    this.band = band;
    this.anomaly = anomaly;
    layout = withMoments ? MomentsMemory.of(latents, images) : null;
    long floats = Math.multiplyExact((long) images, (long) view.height() * view.width());
    maps.height(view.height()).width(view.width());
    maps.log10_nfa(nfaMaps.reserve(floats));
    maps.anomaly_map(anomaly ? anomalyMaps.reserve(floats) : 0);
    long smallest = numbers.reserve(2L * images);
    maps.min_log10_nfa(smallest);
    maps.anomaly_score(anomaly ? smallest + (long) images * Float.BYTES : 0);
    if (layout == null) {
      MomentsMemory.pointNowhere(maps);
    } else {
      layout.point(maps, moments.reserve(layout.floats()));
    }
    reserve();
    structure.height(view.height()).width(view.width()).log10_epsilon(log10Epsilon);
    structure.guard_below(band.below()).guard_above(band.above());
    structure.verdict(verdicts.address()).region_count(counts.address());
    return structure.regions(regions).capacity(USUAL_COUNT).maps(maps);
  }

  private void reserve() {
    if (verdicts.capacity() >= images) {
      return;
    }
    IntPointer ofVerdicts = new IntPointer((long) images).retainReference();
    LongPointer ofCounts = new LongPointer((long) images).retainReference();
    LibFlowline.Region ofRegions =
        new LibFlowline.Region((long) images * USUAL_COUNT).retainReference();
    free();
    verdicts = ofVerdicts;
    counts = ofCounts;
    regions = ofRegions;
  }

  /** Returns what the call has decided about each image. */
  List<DecidedImage> read() {
    float[] smallest = new float[images];
    numbers.read(0, smallest);
    float[] scores = new float[images];
    if (anomaly) {
      numbers.read(images, scores);
    }
    List<DecidedImage> decided = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      int verdict = verdicts.get(image);
      NfaMap nfaMap =
          new NfaMap(view.height(), view.width(), pixels(nfaMaps, image), smallest[image]);
      ImageMaps found =
          new ImageMaps(
              nfaMap,
              anomaly ? pixels(anomalyMaps, image) : null,
              anomaly ? scores[image] : Float.NaN,
              layout == null ? null : layout.read(moments, image));
      decided.add(
          new DecidedImage(
              verdict != LibFlowline.FLOWLINE_NOT_INSPECTED,
              verdict == LibFlowline.FLOWLINE_DEFECT,
              verdict == LibFlowline.FLOWLINE_UNDECIDED,
              regions(image, nfaMap, verdict),
              found));
    }
    return List.copyOf(decided);
  }

  private float[] pixels(ResultMemory memory, int image) {
    float[] map = new float[view.height() * view.width()];
    memory.read((long) image * map.length, map);
    return map;
  }

  /** Returns the regions of an image; more than there is room for are cut from its map anew. */
  private List<Region> regions(int image, NfaMap map, int verdict) {
    long count = counts.get(image);
    boolean undecided = verdict == LibFlowline.FLOWLINE_UNDECIDED;
    return count > USUAL_COUNT
        ? map.regions(undecided ? band.goodFrom(log10Epsilon) : log10Epsilon)
        : Region.of(regions, (long) image * USUAL_COUNT, count);
  }

  private void free() {
    verdicts.close();
    counts.close();
    if (regions != null) {
      regions.close();
    }
  }

  @Override
  public void close() {
    free();
    nfaMaps.close();
    anomalyMaps.close();
    numbers.close();
    moments.close();
    structure.close();
    maps.close();
  }
}
