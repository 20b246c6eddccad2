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

/**
 * The paths of a {@link Verification}, taken one after the other: by 1 and 2 threads, one image at
 * a time and all together.
 */
final class VerifiedPaths {
  private static final int[] THREADS = {1, 2};

  private final AnomalyModel model;
  private final List<Image> images;
  private final List<GoldenAnswer> expected;
  private final List<Integer> slack;
  private final List<PathResult> results = new ArrayList<>();
  private final List<PathResult> others = new ArrayList<>();
  private final List<String> notThere = new ArrayList<>();

  VerifiedPaths(AnomalyModel model, List<Image> images, List<GoldenAnswer> expected) {
    this.model = model;
    this.images = images;
    this.expected = expected;
    slack = images.stream().map(image -> slack(model.config().preprocessing(), image)).toList();
  }

  /** Returns one pixel of the map, in pixels of the image. */
  private static int slack(Preprocessing input, Image image) {
    double down = Math.ceil((double) image.height() / input.height());
    double right = Math.ceil((double) image.width() / input.width());
    return (int) Math.max(down, right);
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
    try (Encoder encoder = new TorchEncoder(model, images.size())) {
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
    try (Encoder encoder = new TorchEncoder(model, images.size())) {
      take(encoder, device.toString(), results);
    } finally {
      model.on(Device.CPU);
    }
  }

  void takeOnnxRuntime(ExportedBytes network) throws IOException {
    for (int threads : THREADS) {
      try (ExportedNetwork opened =
              ExportedNetwork.of(model, network.model(), network.folder(), threads);
          Encoder encoder = new OnnxEncoder(opened, images.size())) {
        take(encoder, inThreads(threads), results);
      }
    }
  }

  /** Takes OpenCV's dnn, which computes with one thread here. */
  void takeOpenCv(ExportedBytes network) {
    try (Encoder encoder = new OpenCvEncoder(model, network.model(), images.size())) {
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
      List<GoldenAnswer> answers = GoldenJudge.answers(model.config(), encoder, images, batch);
      to.add(PathResult.of(path, expected, answers, thresholds(), slack));
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
      results.add(PathResult.of(path, expected, opened.answers(images), thresholds(), slack));
    }
  }

  private List<Integer> batches() {
    return images.size() > 1 ? List.of(1, images.size()) : List.of(1);
  }

  private static String inThreads(int threads) {
    return threads + (threads == 1 ? " thread" : " threads");
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
