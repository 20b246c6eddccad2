package dev.flowline.line;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.InputRange;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.calibration.LatentStatistics;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.EngineInfo;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ProgramPolicy;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An inspector of images with one model, from pixels to an {@link Inspection}. Evaluation uses it,
 * too, so that it evaluates what runs on the line.
 *
 * <p>Any number of threads may inspect at the same time. The weights are in memory once. Each
 * inspection takes a worker, which owns buffers and a libflowline context, from a pool that grows
 * to the largest number of simultaneous inspections. {@link #close} waits for running inspections;
 * after it every inspection is an {@link IllegalStateException}.
 */
public final class Inspector implements AutoCloseable {
  private static final int WARM_UP_INSPECTIONS =
      3; // the second is still twice as slow as later ones

  private final AnomalyModel model;
  private final boolean ownsModel;
  private final SegmentationOptions test;
  private final Supplier<Encoder> encoders;
  private final ConcurrentLinkedDeque<InspectionWorker> idle = new ConcurrentLinkedDeque<>();
  private final ModelSummary summary;
  private final int largestBatch;
  private final EngineInfo engine;

  /** The lock that inspections hold for reading and {@link #close} for writing. */
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock(true);

  private boolean closed; // guarded by open

  /**
   * Makes an inspector with a model that the caller has opened.
   *
   * @param model stays the caller's, who closes it after this object; inference runs on the device
   *     that the model is on now
   * @param test the model's own or another one
   */
  public Inspector(AnomalyModel model, SegmentationOptions test) {
    this(model, test, false, () -> new TorchEncoder(model));
  }

  /**
   * Makes an inspector whose latents another engine computes.
   *
   * @param model stays the caller's, who closes it after this object
   * @param test the model's own or another one
   * @param encoders makes an encoder of the model's networks for each worker, which closes it
   */
  public Inspector(AnomalyModel model, SegmentationOptions test, Supplier<Encoder> encoders) {
    this(model, test, false, encoders);
  }

  private Inspector(
      AnomalyModel model, SegmentationOptions test, boolean ownsModel, Supplier<Encoder> encoders) {
    this.model = model;
    this.test = test;
    this.ownsModel = ownsModel;
    this.encoders = encoders;
    summary = ModelSummary.of(model.config());
    InspectionWorker first = newWorker(); // an unusable device is reported here, and not later
    largestBatch = first.largestBatch();
    engine = first.engine();
    idle.push(first);
  }

  /**
   * Opens a model file on the CPU; see {@link #open(Path, Device)}.
   *
   * @throws IOException naming the file, if it is no readable model, or holds a program
   */
  public static Inspector open(Path model) throws IOException {
    return open(model, Device.CPU);
  }

  /**
   * Opens a model file on a device, unless it holds a program. The inspector owns the model and
   * closes it.
   *
   * @throws IOException naming the file, if it is no readable model, or holds a program
   */
  public static Inspector open(Path file, Device device) throws IOException {
    return open(file, device, ProgramPolicy.REFUSE);
  }

  /**
   * Opens a model file on a device. The inspector owns the model and closes it.
   *
   * @param programs decides whether a TorchScript program in the file may run
   * @throws IOException naming the file, if it is no readable model, or holds a program that must
   *     not run
   */
  public static Inspector open(Path file, Device device, ProgramPolicy programs)
      throws IOException {
    AnomalyModel model = AnomalyModel.open(file, programs);
    try {
      model.on(device);
      SegmentationOptions test = model.config().segmentation();
      return new Inspector(model, test, true, () -> new TorchEncoder(model));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private InspectionWorker newWorker() {
    Encoder encoder = encoders.get();
    try {
      return new InspectionWorker(
          model.config().preprocessing(),
          encoder,
          newJudge(encoder.device()),
          model.digest().orElse(null),
          summary,
          inputRange(),
          guardBand().map(UndecidedReason::of).orElse(null));
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }

  /**
   * Returns a judge by the kept folds if the test is theirs, and otherwise by the final model.
   *
   * @param device of the latents
   */
  private ImageJudge newJudge(Device device) {
    if (!model.folds().isEmpty() && pValues().isPresent()) {
      return new FoldsJudge(model, test);
    }
    GuardBand band = guardBand().map(CalibratedGuardBand::band).orElse(GuardBand.NONE);
    return new ImageJudge.OfModel(new Judge(test, band, device), pValues());
  }

  /** Returns the model, which this object shares, or owns if it has opened the file. */
  public AnomalyModel model() {
    return model;
  }

  /** Returns the statistical test in use, with its threshold. */
  public SegmentationOptions test() {
    return test;
  }

  /**
   * Inspects a made-up image a few times and forgets the verdicts, so that the first part does not
   * pay for what happens once: weights that are packed, libraries that find their way, code that is
   * compiled. Each thread that will inspect calls it, all at once if they will inspect at once.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public void warmUp() {
    Preprocessing input = model.config().preprocessing();
    int height = input.height() + input.height() / 4; // resized, as most parts are
    int width = input.width() + input.width() / 4;
    byte[] noise = new byte[height * width * 3];
    new Random(0).nextBytes(noise);
    Image image = Image.of8(height, width, 3, noise);
    for (int i = 0; i < WARM_UP_INSPECTIONS; i++) {
      inspect(image);
    }
  }

  /**
   * Inspects an image file; the file's name is the part's id.
   *
   * @throws IOException naming the file, if it is no readable image
   * @throws IllegalStateException after {@link #close}
   */
  public Inspection inspect(Path file) throws IOException {
    requireOpen();
    InspectionRequest request =
        InspectionRequest.DEFAULT.withPartId(String.valueOf(file.getFileName()));
    return inspect(DecodedImage.read(file), request).inspection();
  }

  /**
   * Inspects an image through the field of view of the test: the whole image, unless the model was
   * calibrated with another one.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public Inspection inspect(Image image) {
    return inspect(image, InspectionRequest.DEFAULT).inspection();
  }

  /**
   * Inspects an image and finds defects only in a field of view, which takes the place of the
   * model's own. The threshold guarantees nothing in it, and the inspection's {@link
   * Inspection#fieldOfView} says so.
   *
   * @param view in pixels of the image
   * @throws IllegalArgumentException if it is the field of view of an image of another size
   * @throws IllegalStateException after {@link #close}
   */
  public Inspection inspect(Image image, FieldOfView view) {
    requireOpen();
    if (view.height() != image.height() || view.width() != image.width()) {
      throw new IllegalArgumentException(
          "the field of view must be that of the image of %s x %s pixels, got one of %s x %s"
              .formatted(image.height(), image.width(), view.height(), view.width()));
    }
    Preprocessing input = model.config().preprocessing();
    FieldOfView ofMaps = view.resized(input.height(), input.width());
    return inspect(image, InspectionRequest.DEFAULT.withView(ofMaps)).inspection();
  }

  /**
   * Inspects an image and returns its maps too.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public DetailedInspection inspect(Image image, InspectionRequest request) {
    return inspect(DecodedImage.of(image), request);
  }

  /**
   * Inspects a decoded image and returns its maps too; the result has the time of decoding.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public DetailedInspection inspect(DecodedImage image, InspectionRequest request) {
    return inspect(image, request, InspectionWorker.NOBODY);
  }

  /**
   * Inspects a decoded image and shows its latents, to judge them by another test too.
   *
   * @param seen is called once, on this thread, after the verdict; the latents are valid during
   *     this call only
   * @throws IllegalStateException after {@link #close}
   */
  public DetailedInspection inspect(
      DecodedImage image, InspectionRequest request, Consumer<List<NativeView>> seen) {
    return withWorker(worker -> worker.inspect(image, request, seen));
  }

  /**
   * Inspects decoded images together: one call of the networks for all of them. Each has the
   * verdict that it has alone.
   *
   * @param images at least one, and at most the largest batch of the encoders
   * @param requests one for each
   * @throws IllegalArgumentException if there are none or too many, or not as many requests
   * @throws IllegalStateException after {@link #close}
   */
  public List<DetailedInspection> inspectTogether(
      List<DecodedImage> images, List<InspectionRequest> requests) {
    if (images.size() != requests.size()) {
      throw new IllegalArgumentException(
          "requests must be one for each of %s images, got %s"
              .formatted(images.size(), requests.size()));
    }
    return withWorker(
        worker -> {
          if (images.isEmpty() || images.size() > worker.largestBatch()) {
            throw new IllegalArgumentException(
                "images must be 1 to %s, got %s".formatted(worker.largestBatch(), images.size()));
          }
          return worker.inspectTogether(images, requests);
        });
  }

  /** Returns how many images can be inspected together: the largest batch of the encoders. */
  public int largestBatch() {
    return largestBatch;
  }

  /** Returns the inspection of a part that nothing was judged about, by this model. */
  Inspection unjudged(
      InspectionRequest request, Verdict verdict, UndecidedReason undecided, String failure) {
    return new Inspection(
        UUID.randomUUID(),
        request.partId(),
        Instant.now(),
        verdict,
        undecided,
        failure,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        new StageTimings(0, 0, 0, 0, 0),
        null,
        model.digest().orElse(null),
        summary,
        engine,
        request.simulated(),
        Set.of());
  }

  /**
   * Judges the latents of one image that were encoded elsewhere, with this inspector's test.
   *
   * @param encoding stays the caller's
   * @param height of the image, in whose pixels the regions are
   * @param width of the image
   * @throws IllegalStateException after {@link #close}
   */
  public DetailedInspection judge(
      Encoding encoding, int height, int width, InspectionRequest request) {
    return judge(encoding, height, width, request, null);
  }

  /**
   * Judges the latents of one image that were encoded elsewhere, and says what is unusual about it.
   *
   * @param encoding stays the caller's
   * @param height of the image, in whose pixels the regions are
   * @param width of the image
   * @param input the statistics of the model's input; null if they are not known
   * @throws IllegalStateException after {@link #close}
   */
  public DetailedInspection judge(
      Encoding encoding, int height, int width, InspectionRequest request, InputStatistics input) {
    StageTimings before = new StageTimings(0, 0, 0, 0, 0);
    return withWorker(
        worker -> worker.judge(encoding, before, height, width, request, input, Set.of()));
  }

  private <T> T withWorker(Function<InspectionWorker, T> work) {
    Lock inspecting = open.readLock();
    inspecting.lock();
    try {
      requireOpen();
      InspectionWorker taken = idle.poll();
      InspectionWorker worker = taken == null ? newWorker() : taken;
      try {
        return work.apply(worker);
      } finally {
        idle.push(worker);
      }
    } finally {
      inspecting.unlock();
    }
  }

  private void requireOpen() {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the inspector is closed");
      }
    } finally {
      open.readLock().unlock();
    }
  }

  /**
   * Returns the names of the {@linkplain DetailedInspection#latentStatistics latent statistics}, in
   * their order.
   */
  public List<String> latentStatisticNames() {
    return LatentStatistics.names(model.shapes().latents());
  }

  /**
   * Returns the calibration of the threshold in use; null if the test is not the model's own, or
   * was not calibrated.
   */
  public Calibration calibration() {
    return test.equals(model.config().segmentation()) ? model.config().calibration() : null;
  }

  /**
   * Returns the guard band around the threshold in use, within which parts are {@link
   * Verdict#UNDECIDED}; empty if every part is decided about: if the test is not the model's own,
   * or has none.
   */
  public Optional<CalibratedGuardBand> guardBand() {
    return test.equals(model.config().segmentation())
        ? Optional.ofNullable(model.config().guardBand())
        : Optional.empty();
  }

  /**
   * Returns the calibration that gives each inspection its {@link Inspection#pValue}, whatever the
   * threshold; empty if none does: if the test is not the one of the model's calibration, or an old
   * file keeps a single number of it.
   */
  public Optional<Calibration> pValues() {
    SegmentationOptions own = model.config().segmentation();
    boolean sameStatistic = test.withLog10Epsilon(own.log10Epsilon()).equals(own);
    return Optional.ofNullable(model.config().calibration())
        .filter(calibration -> sameStatistic && calibration.knowsPValues());
  }

  /**
   * Returns the range of the calibration images' inputs, whatever the test; empty if the model has
   * none: if it was not calibrated, or by an older Flowline.
   */
  public Optional<InputRange> inputRange() {
    Calibration own = model.config().calibration();
    return own == null ? Optional.empty() : InputRange.of(own.inputs());
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try {
        idle.forEach(InspectionWorker::close);
        idle.clear();
      } finally {
        if (ownsModel) {
          model.close();
        }
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
