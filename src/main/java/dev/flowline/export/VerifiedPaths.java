package dev.flowline.export;

import dev.flowline.engine.Encoder;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.engine.OpenCvEncoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.export.Verification.ExportedBytes;
import dev.flowline.internal.FlowlineException;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.nn.OnnxModel;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.tensor.Cuda;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  void takeOnnxRuntime(ExportedBytes network) throws IOException {
    for (int threads : THREADS) {
      try (ExportedNetwork opened =
              ExportedNetwork.of(model, network.model(), network.folder(), threads);
          Encoder encoder = new OnnxEncoder(opened, largestBatch)) {
        take(encoder, inThreads(threads), results);
      }
    }
  }

  /** Takes OpenCV's dnn, which computes with one thread here. */
  void takeOpenCv(ExportedBytes network) {
    try (Encoder encoder = new OpenCvEncoder(model, network.model(), largestBatch)) {
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

  /** Takes libflowline_inspect from the frame on, with a file of the network's bytes. */
  void takeNative(ExportedBytes network) throws IOException {
    Optional<String> whyNot = NativeModel.whyNot();
    if (whyNot.isPresent()) {
      leave("libflowline_inspect", whyNot.get());
      return;
    }
    Path file = Files.createTempFile(network.folder(), ".verify-", ".onnx");
    try {
      write(network.model(), file);
      for (int threads : THREADS) {
        for (int batch : batches()) {
          takeNative(file, threads, batch);
        }
      }
    } catch (FlowlineException e) {
      leave("libflowline_inspect", e.getMessage());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void write(ByteBuffer bytes, Path file) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = bytes.duplicate();
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
  }

  private void takeNative(Path file, int threads, int batch) throws IOException {
    try (NativeModel opened =
        new NativeModel(file, model.config().preprocessing(), threads, batch)) {
      String path =
          "libflowline_inspect by onnxruntime %s, %s, batch %s"
              .formatted(OnnxModel.runtimeVersion(), inThreads(threads), batch);
      results.add(result(path, () -> answers(opened, path)));
    }
  }

  private List<GoldenAnswer> answers(NativeModel opened, String path) {
    List<GoldenAnswer> answers = new ArrayList<>();
    for (int first = 0; first < images.size(); first += largestBatch) {
      int end = Math.min(images.size(), first + largestBatch);
      answers.addAll(opened.answers(images.subList(first, end)));
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
