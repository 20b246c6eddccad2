package dev.flowline.export;

import dev.flowline.engine.Encoder;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.engine.OpenCvEncoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.export.Verification.ExportedFile;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.tensor.Cuda;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The paths of a {@link Verification}, taken one after the other: by 1 and 2 threads, one image at
 * a time and several together.
 */
final class VerifiedPaths {
  private static final int[] THREADS = {1, 2};
  private static final int MOST_TOGETHER = 8;
  private static final String INSPECT = "libflowline_inspect";

  private final AnomalyModel model;
  private final PathProgress progress;
  private final List<ExpectedAnswer> expected;
  private final List<Image> images;
  private final int largestBatch;
  private final List<PathResult> results = new ArrayList<>();
  private final List<PathResult> others = new ArrayList<>();
  private final List<String> notThere = new ArrayList<>();

  VerifiedPaths(AnomalyModel model, List<ExpectedAnswer> expected, PathProgress progress) {
    this.progress = progress;
    this.model = model;
    this.expected = List.copyOf(expected);
    images = expected.stream().map(ExpectedAnswer::image).toList();
    largestBatch = Math.min(images.size(), MOST_TOGETHER);
  }

  Verification result() {
    return new Verification(results, others, notThere);
  }

  /** Notes why a path is not taken. */
  void leave(String path, String why) {
    notThere.add(path + ": " + why);
  }

  void takeLibTorch() {
    int before = NativeRuntime.threads();
    try (Encoder encoder = new TorchEncoder(model, largestBatch)) {
      for (int threads : THREADS) {
        NativeRuntime.setThreads(threads);
        take(encoder, inThreads(threads), results);
      }
    } finally {
      NativeRuntime.setThreads(before);
    }
  }

  /** Takes the first CUDA device. The model is on the CPU again afterwards. */
  void takeCuda() {
    Device device = Device.cuda(0);
    Optional<String> whyNot = Cuda.whyNot(device);
    if (whyNot.isPresent()) {
      leave("libtorch on " + device, whyNot.get());
      return;
    }
    model.on(device);
    try (Encoder encoder = new TorchEncoder(model, largestBatch)) {
      take(encoder, device.toString(), results);
    } finally {
      model.on(Device.CPU);
    }
  }

  void takeOnnxRuntime(ExportedFile network) throws IOException {
    for (int threads : THREADS) {
      try (ExportedNetwork opened =
              ExportedNetwork.of(model, network.bytes(), network.folder(), threads);
          Encoder encoder = new OnnxEncoder(opened, largestBatch)) {
        take(encoder, inThreads(threads), results);
      }
    }
  }

  /** Takes OpenCV's dnn, which computes with one thread here. */
  void takeOpenCv(ExportedFile network) {
    try (Encoder encoder = new OpenCvEncoder(model, network.bytes(), largestBatch)) {
      take(encoder, inThreads(1), others);
    } catch (IOException | IllegalStateException e) {
      leave("opencv", e.getMessage());
    }
  }

  private void take(Encoder encoder, String on, List<PathResult> to) {
    for (int batch : batches()) {
      String path =
          "%s %s, %s, batch %s"
              .formatted(encoder.engine().name(), encoder.engine().version(), on, batch);
      IntConsumer done = judged -> progress.report(path, judged, images.size());
      to.add(result(path, () -> GoldenJudge.answers(model.config(), encoder, images, batch, done)));
    }
  }

  /** Takes libflowline_inspect from the frame on. */
  void takeNative(ExportedFile network) {
    Optional<String> whyNot = NativeModel.whyNot();
    if (whyNot.isPresent()) {
      leave(INSPECT, whyNot.get());
      return;
    }
    for (int threads : THREADS) {
      for (int batch : batches()) {
        if (!takeNative(network.file(), threads, batch)) {
          return;
        }
      }
    }
  }

  /**
   * Takes a path of libflowline_inspect. One that refuses the file has failed.
   *
   * @return whether it found an engine
   */
  private boolean takeNative(Path file, int threads, int batch) {
    String on = ", %s, batch %s".formatted(inThreads(threads), batch);
    try (NativeModel opened =
        new NativeModel(file, model.config().preprocessing(), threads, batch)) {
      results.add(inspected(opened, INSPECT + " by " + opened.engine() + on));
    } catch (FlowlineException e) {
      if (e.status() == LibFlowline.FLOWLINE_UNAVAILABLE) {
        leave(INSPECT, e.getMessage());
        return false;
      }
      results.add(PathResult.failed(INSPECT + on, images.size(), refusal(e)));
    } catch (IllegalArgumentException e) {
      results.add(PathResult.failed(INSPECT + on, images.size(), refusal(e)));
    }
    return true;
  }

  private static String refusal(RuntimeException e) {
    return "it refuses the exported file: " + e.getMessage();
  }

  private PathResult inspected(NativeModel opened, String path) {
    List<String> otherInputs = new ArrayList<>();
    PathResult result = result(path, () -> answers(opened, path, otherInputs));
    return result.withFaults(otherInputs);
  }

  /**
   * @param otherInputs receives a fault for each image of which the path makes another input
   */
  private List<GoldenAnswer> answers(NativeModel opened, String path, List<String> otherInputs) {
    List<GoldenAnswer> answers = new ArrayList<>();
    for (int first = 0; first < images.size(); first += largestBatch) {
      int end = Math.min(images.size(), first + largestBatch);
      for (NativeModel.Inspected one : opened.inspect(images.subList(first, end))) {
        if (!one.sameInput()) {
          otherInputs.add(
              expected.get(answers.size()).name() + " is preprocessed otherwise than by the model");
        }
        answers.add(one.answer());
      }
      progress.report(path, end, images.size());
    }
    return answers;
  }

  private List<Integer> batches() {
    return largestBatch > 1 ? List.of(1, largestBatch) : List.of(1);
  }

  private static String inThreads(int threads) {
    return threads + (threads == 1 ? " thread" : " threads");
  }

  /** Compares the answers of a path; one that cannot judge, say for latents of NaN, has failed. */
  private PathResult result(String path, Supplier<List<GoldenAnswer>> answers) {
    try {
      Preprocessing input = model.config().preprocessing();
      return PathResult.of(path, expected, answers.get(), input, thresholds());
    } catch (FlowlineException e) {
      return PathResult.failed(path, images.size(), e.getMessage());
    }
  }

  private List<Double> thresholds() {
    double log10Epsilon = model.config().segmentation().log10Epsilon();
    if (model.config().guardBand() == null) {
      return List.of(log10Epsilon);
    }
    GuardBand band = model.config().guardBand().band();
    return List.of(log10Epsilon, band.defectBelow(log10Epsilon), band.goodFrom(log10Epsilon));
  }
}
