package dev.flowline.line;

import dev.flowline.calibration.InputRange;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.calibration.LatentStatistics;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.EngineInfo;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.io.ImageNote;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.Region;
import dev.flowline.tensor.NativeView;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A worker that inspects images, for one thread at a time. It owns buffers and a libflowline
 * context and works on a model that all workers share.
 */
final class InspectionWorker implements AutoCloseable {
  /** Sees no latents. */
  static final Consumer<List<NativeView>> NOBODY = latents -> {};

  private final Preprocessing preprocessing;
  private final Encoder encoder;
  private final ImageJudge judge;
  private final String modelDigest;
  private final ModelSummary model;
  private final Optional<InputRange> range;
  private final UndecidedReason undecided;
  private final ViewsOfMaps views;

  /**
   * Makes a worker.
   *
   * @param encoder closed with this worker
   * @param judge closed with this worker
   * @param modelDigest null if it is not known
   * @param range of the calibration images; empty if it is not known
   * @param undecided why a part in the judge's guard band is UNDECIDED; null without a band
   */
  InspectionWorker(
      Preprocessing preprocessing,
      Encoder encoder,
      ImageJudge judge,
      String modelDigest,
      ModelSummary model,
      Optional<InputRange> range,
      UndecidedReason undecided) {
    this.preprocessing = preprocessing;
    this.encoder = encoder;
    this.judge = judge;
    this.modelDigest = modelDigest;
    this.model = model;
    this.range = range;
    this.undecided = undecided;
    views = new ViewsOfMaps(judge.test(), preprocessing.height(), preprocessing.width());
  }

  DetailedInspection inspect(
      DecodedImage decoded, InspectionRequest request, Consumer<List<NativeView>> seen) {
    Image image = decoded.image();
    long start = System.nanoTime();
    preprocessing.apply(image, encoder.input());
    InputStatistics input =
        range.isPresent() ? InputStatistics.of(encoder.input(), preprocessing) : null;
    double preprocess = millisSince(start);
    try (Encoding encoding = encoder.encode(1)) {
      StageTimings before = new StageTimings(decoded.decodeMillis(), preprocess, 0, 0, 0);
      DetailedInspection inspection =
          judge(encoding, before, image.height(), image.width(), request, input, notes(image));
      if (seen != NOBODY) { // latents of a model that keeps folds are computed only if asked for
        seen.accept(encoding.latents());
      }
      return inspection;
    }
  }

  /**
   * Inspects images that are encoded together.
   *
   * @param decoded one to {@link #largestBatch}
   * @param requests one for each
   */
  List<DetailedInspection> inspectTogether(
      List<DecodedImage> decoded, List<InspectionRequest> requests) {
    FloatBuffer all = encoder.input();
    List<InputStatistics> inputs = new ArrayList<>();
    double[] preprocess = new double[decoded.size()];
    for (int i = 0; i < preprocess.length; i++) {
      long start = System.nanoTime();
      int first = all.position();
      preprocessing.apply(decoded.get(i).image(), all);
      FloatBuffer own = all.duplicate().position(first).limit(all.position()).slice();
      inputs.add(range.isPresent() ? InputStatistics.of(own, preprocessing) : null);
      preprocess[i] = millisSince(start);
    }
    try (Encoding encoding = encoder.encode(preprocess.length)) {
      judge.prepare(encoding);
      List<Encoding> images = encoding.images(preprocess.length);
      List<DetailedInspection> inspections = new ArrayList<>();
      for (int i = 0; i < preprocess.length; i++) {
        Image image = decoded.get(i).image();
        StageTimings before =
            new StageTimings(decoded.get(i).decodeMillis(), preprocess[i], 0, 0, 0);
        inspections.add(
            judge(
                images.get(i),
                before,
                image.height(),
                image.width(),
                requests.get(i),
                inputs.get(i),
                notes(image)));
      }
      return inspections;
    }
  }

  /** Returns how many images can be inspected together. */
  int largestBatch() {
    return encoder.largestBatch();
  }

  /** Returns the engine that computes the latents. */
  EngineInfo engine() {
    return encoder.engine();
  }

  /** Returns what is unusual about an input; null if it is null, or no range is known. */
  private List<OutOfRange> outOfRange(InputStatistics input) {
    return input == null ? null : range.map(known -> known.outOfRange(input)).orElse(null);
  }

  /**
   * Judges the latents of one image.
   *
   * @param before the times of decoding and preprocessing
   * @param height of the image, in whose pixels the regions are
   * @param width of the image
   * @param input statistics of the model's input; null if they are not known
   * @param notes on its file
   */
  DetailedInspection judge(
      Encoding encoding,
      StageTimings before,
      int height,
      int width,
      InspectionRequest request,
      InputStatistics input,
      Set<ImageNote> notes) {
    FieldOfView view = views.of(request);
    long start = System.nanoTime();
    double encoded = encoding.extractorMillis() + encoding.flowMillis();
    ImageJudge.Judged judged = judge.judge(encoding, view, request.latentStatistics());
    Judgement judgement = judged.judgement();
    encoded = encoding.extractorMillis() + encoding.flowMillis() - encoded; // while it was judged
    MapScale scale = new MapScale(view.height(), view.width(), height, width);
    List<Region> regions = judgement.regions().stream().map(scale::inImage).toList();
    StageTimings timings =
        new StageTimings(
            before.decode(),
            before.preprocess(),
            encoding.extractorMillis(),
            encoding.flowMillis(),
            millisSince(start) - encoded);
    return new DetailedInspection(
        answer(request, views.inspected(view), judged, regions, outOfRange(input), timings, notes),
        view,
        judge.test().zones(),
        judgement.nfaMap(),
        judgement.anomalyMap(),
        Optional.ofNullable(judgement.moments()).map(seen -> LatentStatistics.of(seen, view)),
        Optional.ofNullable(input));
  }

  private Inspection answer(
      InspectionRequest request,
      InspectedView view,
      ImageJudge.Judged judged,
      List<Region> regions,
      List<OutOfRange> outOfRange,
      StageTimings timings,
      Set<ImageNote> notes) {
    boolean refused =
        request.unusualInput() == UnusualInput.NOT_INSPECTED
            && outOfRange != null
            && !outOfRange.isEmpty();
    Judgement judgement = judged.judgement();
    Verdict verdict = refused ? Verdict.NOT_INSPECTED : judgement.verdict();
    double minLog10Nfa = judgement.nfaMap().minLog10Nfa();
    return new Inspection(
        UUID.randomUUID(),
        request.partId(),
        Instant.now(),
        verdict,
        verdict == Verdict.UNDECIDED ? undecided : null,
        null,
        Statistic.ofLog10Nfa(minLog10Nfa, judge.test().log10Epsilon(), judge.band()),
        verdict == Verdict.NOT_INSPECTED || !asCalibrated(view) ? null : judged.pValue(),
        judgement.anomalyScore(),
        refused ? List.of() : regions,
        outOfRange,
        view,
        timings,
        null,
        modelDigest,
        model,
        encoder.engine(),
        request.simulated(),
        notes);
  }

  /** Returns whether as much is in view as of the calibration images. */
  private static boolean asCalibrated(InspectedView view) {
    return view == null || view.ofModel();
  }

  /** The notes of an image's file; a model that scales by bits needs none on them. */
  private Set<ImageNote> notes(Image image) {
    boolean scaled = preprocessing.bits() != null;
    return image.notes().stream()
        .filter(note -> !(scaled && note.isOfBits()))
        .collect(Collectors.toSet());
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    judge.close();
    encoder.close();
  }
}
