package dev.flowline.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.LibFlowlineInspect;
import dev.flowline.internal.Natives;
import dev.flowline.io.Image;
import dev.flowline.io.NativeFrame;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Verdict;
import dev.flowline.nn.OnnxModel;
import dev.flowline.segmentation.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * An exported file that libflowline_inspect has opened, as a program without Java does: from the
 * frame on, all is computed in native code. For one thread at a time.
 */
final class NativeModel implements AutoCloseable {
  /** The most regions that are compared. */
  private static final int MOST_REGIONS = 256;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Preprocessing input;
  private final LibFlowline.Context context = new LibFlowline.Context();
  private final LibFlowlineInspect.Model model = new LibFlowlineInspect.Model();
  private final LibFlowline.Preprocessing preprocessing =
      new LibFlowline.Preprocessing().retainReference();

  /**
   * The answer about an image.
   *
   * @param answer without latent statistics, which a judgement does not have
   * @param sameInput whether the network's input is, to the bit, the one that the model makes
   */
  record Inspected(GoldenAnswer answer, boolean sameInput) {}

  /** Returns why no file can be opened; empty if libflowline_inspect is there. */
  static Optional<String> whyNot() {
    return Natives.hasInspectLibrary()
        ? Optional.empty()
        : Optional.of("this build has no libflowline_inspect, which needs nlohmann/json.hpp");
  }

  /**
   * Opens a file.
   *
   * @param input of the file's model
   * @param threads that the engine computes with
   * @param batch how many frames it computes at once
   * @throws IllegalArgumentException with the library's reason, if it refuses the file
   * @throws FlowlineException if the library lacks what the file needs; of the status {@code
   *     FLOWLINE_UNAVAILABLE} if it finds no engine
   */
  NativeModel(Path file, Preprocessing input, int threads, int batch) {
    this.input = input;
    OnnxModel.runtimeVersion(); // loads ONNX Runtime, which the library then finds by its name
    try (LibFlowlineInspect.ModelOptions options = new LibFlowlineInspect.ModelOptions()) {
      options.threads(threads).batch(batch);
      FlowlineException.check(LibFlowline.flowline_context_create(null, context));
      FlowlineException.check(
          LibFlowlineInspect.flowline_model_open(file.toString(), options, model));
      FlowlineException.check(
          LibFlowlineInspect.flowline_model_preprocessing(model, preprocessing));
    } catch (IllegalArgumentException | FlowlineException e) {
      close();
      throw e;
    }
  }

  /** Returns the name and version of the engine that the library found and computes with. */
  String engine() {
    String description = LibFlowlineInspect.flowline_model_description(model);
    try {
      String engine = JSON.readTree(description).path("engine").asText();
      return engine.split(",", 2)[0]; // then come provider, threads and the path of its file
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the description of the file is no JSON", e);
    }
  }

  /**
   * Returns whether the library makes the same input of a frame, to the bit, as the model of an
   * image.
   */
  boolean makesInputOf(Image image, LibFlowline.Frame frame) {
    ByteBuffer wanted =
        ByteBuffer.allocateDirect(input.inputLength() * Float.BYTES).order(ByteOrder.nativeOrder());
    input.apply(image, wanted.asFloatBuffer());
    try (FloatPointer made = new FloatPointer(input.inputLength())) {
      FlowlineException.check(
          LibFlowline.flowline_preprocess(context, frame, 1, preprocessing, made));
      return new BytePointer(made).capacity(wanted.capacity()).asByteBuffer().mismatch(wanted) < 0;
    }
  }

  /** Inspects images. */
  List<Inspected> inspect(List<Image> images) {
    int pixels = input.height() * input.width();
    List<NativeFrame> samples = new ArrayList<>();
    try (LibFlowline.Frame frames = new LibFlowline.Frame(images.size());
        LibFlowlineInspect.Judgement judgements = new LibFlowlineInspect.Judgement(images.size());
        LibFlowline.Region regions = new LibFlowline.Region((long) images.size() * MOST_REGIONS);
        FloatPointer maps = new FloatPointer((long) images.size() * pixels)) {
      for (int i = 0; i < images.size(); i++) {
        NativeFrame image = new NativeFrame();
        samples.add(image);
        LibFlowline.Frame frame = image.of(images.get(i));
        Pointer.memcpy(frames.getPointer(i), frame, frame.sizeof());
        judgements
            .getPointer(i)
            .regions(regions.getPointer((long) i * MOST_REGIONS))
            .capacity(MOST_REGIONS)
            .anomaly_map(maps.address() + (long) i * pixels * Float.BYTES);
      }
      FlowlineException.check(
          LibFlowlineInspect.flowline_model_inspect(
              context, model, frames, images.size(), judgements));
      List<Inspected> inspected = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        float[] map = new float[pixels];
        maps.position((long) i * pixels).get(map);
        inspected.add(
            new Inspected(
                answer(judgements.getPointer(i), map),
                makesInputOf(images.get(i), frames.getPointer(i))));
      }
      return inspected;
    } finally {
      samples.forEach(NativeFrame::close);
    }
  }

  private GoldenAnswer answer(LibFlowlineInspect.Judgement judgement, float[] map) {
    long count = Math.min(judgement.region_count(), judgement.capacity());
    return GoldenAnswer.of(
        verdict(judgement.verdict()),
        judgement.min_log10_nfa(),
        judgement.anomaly_score(),
        Region.of(judgement.regions(), 0, count),
        List.of(),
        map,
        input.height(),
        input.width());
  }

  private static Verdict verdict(int code) {
    return switch (code) {
      case LibFlowline.FLOWLINE_GOOD -> Verdict.GOOD;
      case LibFlowline.FLOWLINE_DEFECT -> Verdict.DEFECT;
      case LibFlowline.FLOWLINE_UNDECIDED -> Verdict.UNDECIDED;
      default -> Verdict.NOT_INSPECTED;
    };
  }

  @Override
  public void close() {
    preprocessing.close();
    LibFlowlineInspect.flowline_model_close(model);
    LibFlowline.flowline_context_destroy(context);
  }
}
