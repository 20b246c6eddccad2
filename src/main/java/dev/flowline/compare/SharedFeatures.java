package dev.flowline.compare;

import dev.flowline.data.Sample;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.Extraction;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The features that a run shares with those after it, for as long as they need the same. */
final class SharedFeatures implements AutoCloseable {
  private final ComparisonRequest request;
  private final ComparisonHost host;
  private final Map<Sample, boolean[]> groundTruths = new HashMap<>();
  private PlannedRun.FeaturesKey key;
  private Extraction features;
  private Exception failure;

  SharedFeatures(ComparisonRequest request, ComparisonHost host) {
    this.request = request;
    this.host = host;
  }

  /**
   * Returns the features of all images of the run's category, extracted only if the run before had
   * others.
   *
   * @throws IOException naming the file, if one cannot be read: again for every run that needs it
   */
  Extraction of(PlannedRun run) throws IOException {
    if (!run.features().equals(key)) {
      close();
      key = run.features();
      try {
        features = extract(run);
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    return features;
  }

  /** Returns the masks of the run's test images that were read so far. */
  Map<Sample, boolean[]> groundTruths() {
    return groundTruths;
  }

  private Extraction extract(PlannedRun run) throws IOException {
    ModelConfig config = run.config();
    Map<String, StoredTensor> weights =
        Extraction.weights(
            config.extractor(),
            config.preprocessing(),
            run.weights(),
            run.split().fit(),
            config.seed());
    return Extraction.of(
        config.extractor(),
        config.preprocessing(),
        weights,
        Stream.concat(run.dataset().train().stream(), run.dataset().test().stream()).toList(),
        request.cacheBytes(),
        run.folder(),
        request.device(),
        (done, of) -> host.progressed("features", done, of));
  }

  /** Frees the features. */
  @Override
  public void close() throws IOException {
    groundTruths.clear();
    failure = null;
    key = null;
    if (features != null) {
      features.close();
      features = null;
    }
  }
}
