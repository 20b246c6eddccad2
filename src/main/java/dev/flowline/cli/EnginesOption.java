package dev.flowline.cli;

import dev.flowline.engine.EngineKind;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The engines that a command measures: {@code --engines}. */
final class EnginesOption {
  @Option(
      names = "--engines",
      paramLabel = "ENGINE",
      split = ",",
      converter = EngineOption.Converter.class,
      completionCandidates = CompletionWords.Engines.class,
      description =
          "Engines that are measured, separated by commas (default: libtorch and onnxruntime, if"
              + " the model can be exported).")
  private List<EngineKind> engines = new ArrayList<>();

  /** Returns the engines that the user named, none of them twice, or all. */
  List<EngineKind> list() {
    return engines.isEmpty() ? List.of(EngineKind.values()) : engines.stream().distinct().toList();
  }
}
