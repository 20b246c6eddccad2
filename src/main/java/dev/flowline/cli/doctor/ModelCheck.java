package dev.flowline.cli.doctor;

import dev.flowline.model.StoredNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The check of a model file: whether it is whole, and whether it holds a program. Nothing of it is
 * run, and no native library loaded.
 */
record ModelCheck(Path file) implements Check {
  private static final String NAME = "model";
  private static final String WHY =
      "a TorchScript program can do what you can do, such as write files";
  private static final String FIX =
      "use it with --allow-program if you trust where it comes from; export the network as ONNX for a model that needs no trust";

  @Override
  public List<Finding> findings() {
    try {
      Optional<StoredNetwork> network = StoredNetwork.read(file);
      String held = network.map(n -> " holds " + n.inWords()).orElse(" holds data only");
      return List.of(
          network.map(StoredNetwork::program).orElse(false)
              ? Finding.warning(NAME, file + held, WHY, FIX)
              : Finding.ok(NAME, file + held));
    } catch (IOException e) {
      return List.of(
          Finding.warning(
              NAME, e.getMessage(), "the file cannot be used", "copy it again from its origin"));
    }
  }
}
