package dev.flowline.export;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.OneLine;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import dev.flowline.nn.OnnxFile;
import dev.flowline.nn.OnnxMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as it is exported: one ONNX file that holds the network, and in its metadata the {@link
 * ExportManifest} and the golden images.
 *
 * @param file the file as it is written
 * @param manifest what its metadata says
 * @param images the golden images, in the manifest's order
 */
public record ModelExport(OnnxFile file, ExportManifest manifest, List<Image> images) {
  private static final String GOLDEN = "flowline.golden.";

  /**
   * Exports a model.
   *
   * @param model on the CPU
   * @param pictures by name, of which golden images are made
   * @param weightsFile the name of a second file, which is needed from 2 GB on
   * @throws IllegalArgumentException saying why the model cannot be exported
   * @throws IOException if a picture cannot be written as PNG
   */
  public static ModelExport of(AnomalyModel model, Map<String, Image> pictures, String weightsFile)
      throws IOException {
    List<Image> images = List.copyOf(pictures.values());
    List<GoldenAnswer> expected = Verification.expected(model, images, (path, done, total) -> {});
    Map<String, String> metadata = new LinkedHashMap<>();
    List<GoldenImage> golden = new ArrayList<>();
    metadata.put(ExportManifest.KEY, ""); // the first entry
    for (Map.Entry<String, Image> picture : pictures.entrySet()) {
      String entry = GOLDEN + golden.size();
      byte[] png = Images.encode(".png", picture.getValue());
      metadata.put(entry, Base64.getEncoder().encodeToString(png));
      golden.add(new GoldenImage(OneLine.of(picture.getKey()), entry, expected.get(golden.size())));
    }
    ExportManifest manifest = ExportManifest.of(model, golden);
    metadata.put(ExportManifest.KEY, manifest.toJson());
    return new ModelExport(NetworkExport.of(model, metadata, weightsFile), manifest, images);
  }

  /**
   * Reads what an exported file says beside its network.
   *
   * @param file its bytes
   * @throws IOException saying what is wrong with it
   */
  public static ModelExport read(ByteBuffer file) throws IOException {
    Map<String, String> metadata = OnnxMetadata.of(file);
    String json = metadata.get(ExportManifest.KEY);
    if (json == null) {
      throw new IOException("it says nothing of a model: no file of 'flowline export'");
    }
    ExportManifest manifest = ExportManifest.fromJson(json);
    List<Image> images = new ArrayList<>();
    for (GoldenImage golden : manifest.golden()) {
      images.add(image(golden, metadata.get(golden.entry())));
    }
    return new ModelExport(new OnnxFile(file, null, List.of()), manifest, images);
  }

  private static Image image(GoldenImage golden, String base64) throws IOException {
    String name = OneLine.of(golden.name());
    if (base64 == null) {
      throw new IOException("the golden image %s is not in it".formatted(name));
    }
    try {
      return Images.decode(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException("the golden image %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Returns the golden images with the answers about them. */
  public List<ExpectedAnswer> expected() {
    return ExpectedAnswer.ofGolden(
        manifest.golden().stream().map(golden -> OneLine.of(golden.name())).toList(),
        images,
        manifest.golden().stream().map(GoldenImage::expected).toList());
  }
}
