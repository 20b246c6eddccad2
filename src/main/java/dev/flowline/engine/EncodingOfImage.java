package dev.flowline.engine;

import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.tensor.NativeView;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The encoding of one image of a batch. It owns nothing and is valid as long as the batch's. */
final class EncodingOfImage implements Encoding {
  private final Shared batch;
  private final int image;

  private EncodingOfImage(Shared batch, int image) {
    this.batch = batch;
    this.image = image;
  }

  /** Returns the images of a batch. */
  static List<Encoding> all(Encoding batch, int count) {
    Shared shared = new Shared(batch, count);
    return IntStream.range(0, shared.images)
        .<Encoding>mapToObj(image -> new EncodingOfImage(shared, image))
        .toList();
  }

  @Override
  public List<NativeView> latents() {
    return batch.all.latents().stream().map(latent -> latent.row(image)).toList();
  }

  @Override
  public List<Encoding> folds() {
    return batch.folds().stream().map(images -> images.get(image)).toList();
  }

  @Override
  public Optional<List<AnomalyMap>> anomalyMaps(int height, int width) {
    return batch.anomalyMaps(height, width).map(maps -> List.of(maps.get(image)));
  }

  @Override
  public double extractorMillis() {
    return batch.all.extractorMillis() / batch.images;
  }

  @Override
  public double flowMillis() {
    return batch.all.flowMillis() / batch.images;
  }

  @Override
  public void close() {}

  /** What the images of a batch have together, made once for all of them. */
  private static final class Shared {
    private final Encoding all;
    private final int images;
    private List<List<Encoding>> folds; // of each fold, the images
    private Optional<List<AnomalyMap>> maps;
    private int height; // of the maps
    private int width;

    Shared(Encoding all, int images) {
      this.all = all;
      this.images = images;
    }

    List<List<Encoding>> folds() {
      if (folds == null) {
        folds = all.folds().stream().map(fold -> fold.images(images)).toList();
      }
      return folds;
    }

    Optional<List<AnomalyMap>> anomalyMaps(int wantedHeight, int wantedWidth) {
      if (maps == null || height != wantedHeight || width != wantedWidth) {
        maps = all.anomalyMaps(wantedHeight, wantedWidth);
        height = wantedHeight;
        width = wantedWidth;
      }
      return maps;
    }
  }
}
