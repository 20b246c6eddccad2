package dev.flowline.compare;

import dev.flowline.data.Sample;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.Extraction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The features that runs share, extracted once for as long as some are to come that need them. */
public final class SharedFeatures implements AutoCloseable {
  private final ComparisonRequest request;
  private final ComparisonHost host;
  private final int most;
  private final Map<Sample, boolean[]> groundTruths = new HashMap<>();
  private final Map<PlannedRun.FeaturesKey, Extracted> kept = new LinkedHashMap<>();

  /** What came of an extraction: features, or why there are none. */
  private record Extracted(Extraction features, Exception failure) {
    Extraction get() throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      return features;
    }

    void close() throws IOException {
      if (features != null) {
        features.close();
      }
    }
  }

  /**
   * Makes shared features, none of which is extracted yet.
   *
   * @param request whose memory for features all of them share
   * @param most how many kinds of features are kept at the same time, at least 1
   */
  public SharedFeatures(ComparisonRequest request, ComparisonHost host, int most) {
    this.request = request;
    this.host = host;
    this.most = most;
  }

  /**
   * Returns the features of all images of the run's category, extracted only if they are not kept.
   *
   * @throws IOException naming the file, if one cannot be read: again for every run that needs it
   */
  Extraction of(PlannedRun run) throws IOException {
    room(run);
    return kept.get(run.features()).get();
  }

  private void room(PlannedRun run) throws IOException {
    if (!has(run)) {
      if (kept.size() >= most) {
        close();
      }
      kept.put(run.features(), outcome(run));
    }
  }

  /** Returns whether the features of a run are kept. */
  public boolean has(PlannedRun run) {
    return kept.containsKey(run.features());
  }

  /**
   * Extracts the features of a run ahead, so that the run need not wait for them. If they cannot be
   * had, the run fails.
   */
  public void prepare(PlannedRun run) throws IOException {
    Files.createDirectories(run.folder());
    room(run);
  }

  private Extracted outcome(PlannedRun run) {
    try {
      return new Extracted(extract(run), null);
    } catch (WorkStopped e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return new Extracted(null, e);
    }
  }

  /** Frees the features of no run that is still to come. */
  public void keepOnly(Set<PlannedRun.FeaturesKey> wanted) throws IOException {
    for (Iterator<Map.Entry<PlannedRun.FeaturesKey, Extracted>> all = kept.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<PlannedRun.FeaturesKey, Extracted> entry = all.next();
      if (!wanted.contains(entry.getKey())) {
        entry.getValue().close();
        all.remove();
      }
    }
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
        request.cacheBytes() / most,
        run.folder(),
        request.device(),
        (done, of) -> host.progressed("features", done, of));
  }

  /** Frees the features. */
  @Override
  public void close() throws IOException {
    groundTruths.clear();
    for (Iterator<Extracted> all = kept.values().iterator(); all.hasNext(); ) {
      all.next().close();
      all.remove();
    }
  }
}
