package dev.flowline.engine;

import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import dev.flowline.nn.OnnxFile;
import dev.flowline.nn.OnnxModel;
import dev.flowline.nn.OnnxTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks of a model as {@link NetworkExport} writes them, opened by ONNX Runtime on the CPU.
 * Any number of {@link OnnxEncoder}s share one.
 */
public final class ExportedNetwork implements AutoCloseable {
  private final OnnxModel network;
  private final Preprocessing preprocessing;
  private final List<long[]> latentShapes; // (1, C, H, W) by scale
  private final boolean mapsLikelihood;

  /** Returns why no exported network can be opened; empty if ONNX Runtime is there. */
  public static Optional<String> whyNot() {
    try {
      Class.forName("ai.onnxruntime.OrtEnvironment", false, ExportedNetwork.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.of(
          "ONNX Runtime is not there: com.microsoft.onnxruntime:onnxruntime must be on the class path");
    }
  }

  private ExportedNetwork(AnomalyModel model, OnnxModel network) {
    this.network = network;
    preprocessing = model.config().preprocessing();
    latentShapes = model.shapes().latents();
    mapsLikelihood = model.mapsLikelihood();
  }

  /**
   * Exports a model's networks and opens them.
   *
   * @param model on the CPU; it need not stay open
   * @param threads that compute together, at least 1
   * @throws IOException if ONNX Runtime is not there
   * @throws IllegalArgumentException if the model cannot be exported
   */
  public static ExportedNetwork of(AnomalyModel model, int threads) throws IOException {
    OnnxFile file = NetworkExport.of(model, Map.of(), "weights");
    if (file.weightsFile() != null) {
      throw new IllegalArgumentException(
          "the networks have more than 2 GB, which ONNX Runtime takes from files only: inspect with LibTorch, or export the model and use libflowline_inspect");
    }
    return of(model, file.model(), Path.of("."), threads);
  }

  /**
   * Opens exported networks.
   *
   * @param model whose networks they are; it need not stay open
   * @param file the bytes of the exported file
   * @param folder that holds the file of the weights, if they are not inside
   * @param threads that compute together, at least 1
   * @throws IOException if they are no ONNX model, or ONNX Runtime is not there
   */
  public static ExportedNetwork of(AnomalyModel model, ByteBuffer file, Path folder, int threads)
      throws IOException {
    Optional<String> missing = whyNot();
    if (missing.isPresent()) {
      throw new IOException(missing.get());
    }
    List<String> wanted = new ArrayList<>();
    for (int scale = 0; scale < model.shapes().latents().size(); scale++) {
      wanted.add(NetworkExport.latents(scale));
    }
    if (!model.mapsLikelihood()) {
      wanted.addAll(List.of(NetworkExport.ANOMALY_MAP, NetworkExport.ANOMALY_SCORE));
    }
    ByteBuffer needed = OnnxTensors.asOutputs(file, wanted); // ONNX Runtime would run all of it
    return new ExportedNetwork(model, OnnxModel.of(needed, folder, threads));
  }

  OnnxModel network() {
    return network;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  List<long[]> latentShapes() {
    return latentShapes;
  }

  boolean mapsLikelihood() {
    return mapsLikelihood;
  }

  @Override
  public void close() {
    network.close();
  }
}
