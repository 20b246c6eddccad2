package dev.flowline.bench;

import dev.flowline.engine.Encoder;
import dev.flowline.engine.EngineKind;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.Image;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A model as each engine has opened it; workloads of the same engine and threads share it. */
final class OpenedEngines implements AutoCloseable {
  private final AnomalyModel model;
  private final Map<Integer, ExportedNetwork> exported = new HashMap<>(); // by threads

  /**
   * Makes engines, none of which is open yet.
   *
   * @param model stays the caller's
   */
  OpenedEngines(AnomalyModel model) {
    this.model = model;
  }

  /** Returns why an engine cannot compute a model; empty if it can. */
  static Optional<String> whyNot(EngineKind engine, AnomalyModel model) {
    return switch (engine) {
      case LIBTORCH -> Optional.empty();
      case ONNXRUNTIME ->
          NetworkExport.obstacle(model)
              .map(why -> "the model cannot be exported: " + why)
              .or(ExportedNetwork::whyNot);
    };
  }

  /**
   * Makes a workload.
   *
   * @param images at least one
   * @throws IOException if the engine is not there
   * @throws IllegalArgumentException if the model cannot be exported to it
   */
  Workload workload(BenchSetting setting, List<Image> images) throws IOException {
    if (setting.batch() > 1) {
      return new Batches(model.config(), encoders(setting).get(), setting.batch(), images);
    }
    return new Workers(setting, inspector(setting), images);
  }

  /**
   * Makes an inspector of one image at a time, which the caller closes.
   *
   * @throws IOException if the engine is not there
   * @throws IllegalArgumentException if the model cannot be exported to it
   */
  Inspector inspector(BenchSetting setting) throws IOException {
    return new Inspector(model, model.config().segmentation(), encoders(setting));
  }

  private Supplier<Encoder> encoders(BenchSetting setting) throws IOException {
    int batch = setting.batch();
    if (setting.engine() == EngineKind.LIBTORCH) {
      return () -> new TorchEncoder(model, batch);
    }
    ExportedNetwork network = exported.get(setting.threads());
    if (network == null) {
      network = ExportedNetwork.of(model, setting.threads());
      exported.put(setting.threads(), network);
    }
    ExportedNetwork opened = network;
    return () -> new OnnxEncoder(opened, batch);
  }

  @Override
  public void close() {
    exported.values().forEach(ExportedNetwork::close);
    exported.clear();
  }
}
