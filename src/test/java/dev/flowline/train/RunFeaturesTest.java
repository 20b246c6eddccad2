package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.data.Dataset;
import dev.flowline.data.Split;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.DifferNet;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.TrainableModel;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The features of a training that wants turned images only, with memory for half of them. */
class RunFeaturesTest {
  private static final int SIZE = 32;
  private static final int IMAGES = 12;
  private static final ModelConfig CONFIG =
      TinyLine.config(ModelKind.DIFFERNET, new DifferNet(2, List.of(8L), 2, 5), SIZE, SIZE, 5);

  @TempDir Path folder;

  @Test
  void allCachesTogetherKeepToTheirMemory() throws IOException {
    Dataset dataset = TinyLine.dataset(folder.resolve("data"), 1, IMAGES, SIZE, SIZE);
    Split split = Split.of(dataset.train(), 0.25, 0.25, 5);
    WantedImages wanted = WantedImages.of(CONFIG.settings(), dataset.train(), split, 0);
    assertEquals(new WantedImages(List.of(), IMAGES), wanted);
    List<String> heard = new ArrayList<>();
    FeatureProgress progress =
        new FeatureProgress(
            wanted.special(),
            new TrainingListener() {
              @Override
              public void featuresReady(int images, int of) {
                heard.add(images + " of " + of);
              }
            });
    Map<String, StoredTensor> weights = TinyLine.drawnExtractor(CONFIG);
    try (TrainableModel model = new TrainableModel(AnomalyModel.create(CONFIG, weights));
        Extraction plain =
            Extraction.of(
                CONFIG.extractor(),
                CONFIG.preprocessing(),
                weights,
                wanted.plain(),
                0,
                folder,
                Device.CPU,
                progress::plainReady)) {
      long half =
          (split.fit().size() * bytes(model.trainingShapes())
                  + split.heldOut().size() * bytes(model.model().testShapes()))
              / 2;
      MemoryShares memory = new MemoryShares(half, wanted.special());
      try (RunFeatures features =
          RunFeatures.of(model, split, plain, Optional.empty(), folder, memory, progress)) {
        List<FeatureCache> caches =
            List.of(
                features.training().cache(),
                features.validation().cache(),
                features.calibration().cache());
        assertEquals(List.of(6, 3, 3), caches.stream().map(FeatureCache::size).toList());
        long kept = caches.stream().mapToLong(FeatureCache::memoryBytes).sum();
        assertTrue(kept <= half, kept + " of " + half + " bytes");
        assertTrue(caches.stream().allMatch(cache -> cache.memoryBytes() > 0), "one has nothing");
      }
    }
    assertEquals(
        IntStream.rangeClosed(1, IMAGES).mapToObj(i -> i + " of " + IMAGES).toList(), heard);
  }

  private static long bytes(List<long[]> shapes) {
    return shapes.stream().mapToLong(s -> s[0] * s[1] * s[2] * Float.BYTES).sum();
  }
}
