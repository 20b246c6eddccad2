package dev.flowline.cli.doctor;

import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.ones;

import dev.flowline.engine.ExportedNetwork;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.LibFlowlineInspect;
import dev.flowline.internal.Natives;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.nn.OnnxFile;
import dev.flowline.nn.OnnxModel;
import dev.flowline.nn.OnnxOps;
import dev.flowline.nn.Parameters;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.tensor.Cuda;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The program that loads every native library and lets it do something small. Runs in a JVM of its
 * own, because a wrong library does not throw but ends the process. Writes one line when a part
 * begins and one when it has ended, so that what a crash leaves behind names the part.
 */
public final class NativesProbe {
  static final String BEGIN = "probe-begin";
  static final String OK = "probe-ok";
  static final String FAILED = "probe-failed";

  static final String ONNX_RUNTIME = "onnxruntime";
  static final String INSPECT = "libflowline_inspect";
  static final String CUDA = "cuda";
  static final String SETTINGS = "settings";

  private NativesProbe() {}

  /** Runs the probe; its argument is the number of threads, without one it is the default. */
  public static void main(String[] args) {
    if (args.length > 0) {
      NativeRuntime.setThreads(Integer.parseInt(args[0]));
    }
    boolean all = part("libtorch", NativesProbe::libTorch);
    all &= part("opencv", NativesProbe::openCv);
    all &= part("libflowline", LibFlowline::flowline_version);
    part(SETTINGS, NativesProbe::settings); // slow, but not broken
    part(ONNX_RUNTIME, NativesProbe::onnxRuntime); // of exports alone, as the next
    part(INSPECT, NativesProbe::inspectLibrary);
    if (Natives.hasCudaBuild()) {
      part(CUDA, NativesProbe::cuda); // a machine without is no ill one
    }
    System.exit(all ? 0 : 1);
  }

  private static boolean part(String name, Callable<String> test) {
    System.out.println(BEGIN + "\t" + name);
    try {
      System.out.println(OK + "\t" + name + "\t" + test.call());
      return true;
    } catch (Exception | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String line = cause.toString().lines().findFirst().orElse("");
      System.out.println(FAILED + "\t" + name + "\t" + line);
      return false;
    }
  }

  /** A 3×3 box over ones, padded: 9 in the middle, 6 at edges, 4 in corners; 49 over 3×3. */
  private static String libTorch() throws IOException {
    Natives.load();
    Tensor sums =
        conv2d(
            ones(1, 1, 3, 3),
            ones(1, 1, 3, 3),
            new TensorOptional(),
            new long[] {1, 1},
            new long[] {1, 1},
            new long[] {1, 1},
            1);
    double sum = sums.sum().item_double();
    if (sum != 49) {
      throw new IllegalStateException(
          "LibTorch computed a convolution of " + sum + " instead of 49");
    }
    return "computes with "
        + torch.get_cpu_capability().getString()
        + ", "
        + torch.get_num_threads()
        + " threads, from "
        + mapped("libtorch_cpu");
  }

  private static String settings() {
    List<String> contradictions = NativeRuntime.check();
    if (!contradictions.isEmpty()) {
      throw new IllegalStateException(String.join("; ", contradictions));
    }
    int threads = NativeRuntime.threads();
    return "LibTorch and OpenBLAS agree on " + threads + (threads == 1 ? " thread" : " threads");
  }

  private static String openCv() throws IOException {
    byte[] png = Images.encode(".png", Image.of8(1, 1, 1, new byte[] {42}));
    var image = Images.decode(png); // by the JDK, which shares nothing with OpenCV
    if (image.width() != 1 || image.height() != 1) {
      throw new IllegalStateException("OpenCV wrote a PNG of other than 1×1");
    }
    return "encoded a PNG of 1×1, from " + mapped("libopencv_core");
  }

  /** A sum of nine ones, by a network that is written here. */
  private static String onnxRuntime() throws IOException {
    Optional<String> missing = ExportedNetwork.whyNot();
    if (missing.isPresent()) {
      throw new IllegalStateException(missing.get());
    }
    OnnxFile file;
    try (TensorScope scope = TensorScope.open();
        Parameters none = new Parameters(List.of(), Map.of(), 0)) {
      OnnxOps ops = new OnnxOps(none);
      ops.output("sum", ops.sumPerSample(ops.input("ones", 9)));
      file = ops.model("doctor", Map.of(), "none");
    }
    FloatBuffer ones = floats(9);
    for (int i = 0; i < 9; i++) {
      ones.put(i, 1);
    }
    FloatBuffer sum = floats(1);
    try (OnnxModel network = OnnxModel.of(file.model(), Path.of("."), 1)) {
      network.run(
          Map.of("ones", new OnnxModel.Floats(ones, 1, 9)),
          Map.of("sum", new OnnxModel.Floats(sum, 1)));
    }
    if (sum.get(0) != 9) {
      throw new IllegalStateException(
          "ONNX Runtime computed a sum of " + sum.get(0) + " instead of 9");
    }
    return OnnxModel.runtimeVersion() + " computes, from " + mapped("libonnxruntime");
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Has the library refuse a file that is not there. */
  private static String inspectLibrary() throws IOException {
    if (!Natives.hasInspectLibrary()) {
      throw new IllegalStateException("this build has none, because nlohmann/json.hpp was missing");
    }
    Path none = Path.of("no.onnx").toAbsolutePath();
    try (var model = new LibFlowlineInspect.Model();
        var options = new LibFlowlineInspect.ModelOptions()) {
      int status = LibFlowlineInspect.flowline_model_open(none.toString(), options, model);
      if (status != LibFlowline.FLOWLINE_INVALID_ARGUMENT) {
        throw new IllegalStateException("opened a file that is not there");
      }
    }
    return "refused a file that is not there, from " + mapped("libflowline_inspect");
  }

  /** Lets LibTorch sum on the first device, and libflowline opens it. */
  private static String cuda() {
    Device device = Device.cuda(0);
    Cuda.whyNot(device)
        .ifPresent(
            why -> {
              throw new IllegalStateException(why);
            });
    double sum = Tensors.on(device, ones(1, 1, 3, 3)).sum().item_double();
    if (sum != 9) {
      throw new IllegalStateException("LibTorch computed a sum of " + sum + " instead of 9");
    }
    try (var options = new LibFlowline.ContextOptions()) {
      var context = new LibFlowline.Context();
      options.device(LibFlowline.FLOWLINE_DEVICE_CUDA).device_index(device.index());
      FlowlineException.check(LibFlowline.flowline_context_create(options, context));
      String description = LibFlowline.flowline_context_description(context);
      LibFlowline.flowline_context_destroy(context);
      return description;
    }
  }

  /**
   * Returns the one file of a library that this process has mapped.
   *
   * @throws IllegalStateException if there is none, since then nothing has proved that it works, or
   *     several
   */
  static String mapped(String library) throws IOException {
    Pattern path = Pattern.compile("\\s(/.*/" + Pattern.quote(library) + "\\.so[.\\d]*)$");
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      var files =
          maps.map(path::matcher).filter(Matcher::find).map(m -> m.group(1)).distinct().toList();
      if (files.size() > 1) {
        throw new IllegalStateException("more than one " + library + " is loaded: " + files);
      }
      if (files.isEmpty()) {
        throw new IllegalStateException(library + " is not loaded");
      }
      return files.get(0);
    }
  }
}
