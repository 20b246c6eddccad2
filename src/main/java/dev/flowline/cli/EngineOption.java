package dev.flowline.cli;

import dev.flowline.engine.EngineKind;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The engine that computes latents: {@code --engine}. */
@HelpGroup.In(HelpGroup.GENERAL)
final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "libtorch",
      converter = Converter.class,
      completionCandidates = CompletionWords.Engines.class,
      description =
          "Engine that computes: libtorch, or onnxruntime as with an exported model (default: ${DEFAULT-VALUE}).")
  private EngineKind engine;

  /**
   * Refuses another engine than LibTorch beside what it cannot do or does not record.
   *
   * @throws IllegalArgumentException if the command computes on a GPU, or writes a logbook
   */
  void requireFit(AnomalyModel model, LogbookOption logbook) {
    if (engine == EngineKind.LIBTORCH) {
      return;
    }
    if (model.device().isCuda()) {
      throw new IllegalArgumentException(
          "--engine onnxruntime computes on the CPU: leave out --device");
    }
    if (logbook.given()) {
      throw new IllegalArgumentException(
          "--logbook records what LibTorch decides: leave out --engine onnxruntime");
    }
  }

  /**
   * Makes an inspector with the chosen engine.
   *
   * @param model stays the caller's
   * @param threads that compute together
   * @throws IOException if the engine is not there
   * @throws IllegalArgumentException if the model cannot be exported to it
   */
  EngineInspector inspector(AnomalyModel model, SegmentationOptions test, int threads)
      throws IOException {
    if (engine == EngineKind.LIBTORCH) {
      return new EngineInspector(new Inspector(model, test), null);
    }
    ExportedNetwork exported = ExportedNetwork.of(model, threads);
    try {
      Inspector inspector = new Inspector(model, test, () -> new OnnxEncoder(exported, 1));
      return new EngineInspector(inspector, exported);
    } catch (RuntimeException | Error e) {
      exported.close();
      throw e;
    }
  }

  /**
   * An inspector and what its engine has opened.
   *
   * @param exported null for LibTorch
   */
  record EngineInspector(Inspector inspector, ExportedNetwork exported) implements AutoCloseable {
    @Override
    public void close() {
      inspector.close();
      if (exported != null) {
        exported.close();
      }
    }
  }

  /** The converter of an engine's name. */
  static final class Converter implements ITypeConverter<EngineKind> {
    @Override
    public EngineKind convert(String value) {
      for (EngineKind engine : EngineKind.values()) {
        if (engine.toString().equals(value)) {
          return engine;
        }
      }
      throw new TypeConversionException("'" + value + "' is no engine: libtorch or onnxruntime");
    }
  }
}
