package dev.flowline.export;

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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * An exported file that libflowline_inspect has opened, as a program without Java does: from the
 * frame on, all is computed in native code. For one thread at a time.
 */
final class NativeModel implements AutoCloseable {
  /** The most regions that are compared. */
  private static final int MOST_REGIONS = 256;

  private final Preprocessing input;
  private final LibFlowline.Context context = new LibFlowline.Context();
  private final LibFlowlineInspect.Model model = new LibFlowlineInspect.Model();

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
   * @throws IOException with the library's reason, if it refuses the file
   * @throws FlowlineException if the library lacks what the file needs, or an engine
   */
  NativeModel(Path file, Preprocessing input, int threads, int batch) throws IOException {
    this.input = input;
    OnnxModel.runtimeVersion(); // loads ONNX Runtime, which the library then finds by its name
    try (LibFlowlineInspect.ModelOptions options = new LibFlowlineInspect.ModelOptions()) {
      options.threads(threads).batch(batch);
      FlowlineException.check(LibFlowline.flowline_context_create(null, context));
      FlowlineException.check(
          LibFlowlineInspect.flowline_model_open(file.toString(), options, model));
    } catch (IllegalArgumentException e) {
      close();
      throw new IOException("libflowline_inspect refuses the exported file: " + e.getMessage(), e);
    } catch (FlowlineException e) {
      close();
      throw e;
    }
  }

  /** Inspects images; the answers have no latent statistics, which a judgement does not have. */
  List<GoldenAnswer> answers(List<Image> images) {
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
      List<GoldenAnswer> answers = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        float[] map = new float[pixels];
        maps.position((long) i * pixels).get(map);
        answers.add(answer(judgements.getPointer(i), map));
      }
      return answers;
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
    LibFlowlineInspect.flowline_model_close(model);
    LibFlowline.flowline_context_destroy(context);
  }
}
