package dev.flowline.train;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.eval.EvaluatedImage;
import dev.flowline.eval.Evaluator;
import dev.flowline.eval.Inspections;
import dev.flowline.eval.InspectionsOfImages;
import dev.flowline.io.DecodedImage;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Judge;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Inspections that go on from extracted features. To know how long an inspection takes, some test
 * images go the whole way; so does everything of a model that needs the image again.
 */
public final class InspectionsOfFeatures implements Inspections {
  private static final int TIMED = 12;
  private static final int WARM_UP = 3;
  private static final InspectionRequest REQUEST =
      InspectionRequest.DEFAULT.withMaps(Evaluator.SIZE, Evaluator.SIZE);

  private final Inspector inspector;
  private final InspectionsOfImages wholeWay;
  private final Extraction features;
  private final List<Sample> timed;
  private final Map<Sample, boolean[]> groundTruths;

  /**
   * Prepares inspections.
   *
   * @param inspector stays the caller's
   * @param features of all training and test images
   * @param test images, of which some are inspected for the time that it takes
   * @param groundTruths those known already; those read are added, for the next model
   */
  public InspectionsOfFeatures(
      Inspector inspector,
      Extraction features,
      List<Sample> test,
      Map<Sample, boolean[]> groundTruths) {
    this.inspector = inspector;
    this.features = features;
    this.groundTruths = groundTruths;
    wholeWay = new InspectionsOfImages(inspector);
    int count = Math.min(TIMED, test.size());
    timed =
        IntStream.range(0, count)
            .mapToObj(i -> test.get((int) ((long) i * test.size() / count)))
            .toList();
  }

  /** Inspects some images for nothing: the first ones of a process take longer. */
  public void warmUp() throws IOException {
    for (int i = 0; i < WARM_UP && !timed.isEmpty(); i++) {
      wholeWay.ofTraining(timed.get(i % timed.size()));
    }
  }

  @Override
  public DetailedInspection ofTraining(Sample sample) throws IOException {
    return inspect(sample, latents -> {});
  }

  @Override
  public EvaluatedImage ofTest(Sample sample, Judge published) throws IOException {
    if (timed.contains(sample)) {
      return wholeWay.ofTest(sample, published);
    }
    boolean[] groundTruth = groundTruth(sample);
    List<NfaMap> publishedMaps = new ArrayList<>();
    DetailedInspection inspection =
        inspect(sample, latents -> publishedMaps.add(Inspections.nfaMap(published, latents)));
    return EvaluatedImage.of(sample, groundTruth, inspection, null)
        .withPublished(publishedMaps.get(0).log10Nfa(), publishedMaps.get(0).minLog10Nfa());
  }

  private DetailedInspection inspect(Sample sample, Consumer<List<NativeView>> seen)
      throws IOException {
    if (!TorchEncoder.goesOnFromFeatures(inspector.model())) {
      return inspector.inspect(DecodedImage.read(sample.image()), REQUEST, seen);
    }
    try (TensorScope scope = TensorScope.open();
        Encoding encoding = TorchEncoder.encodeFeatures(inspector.model(), features.of(sample))) {
      DetailedInspection inspection =
          inspector.judge(
              encoding, Evaluator.SIZE, Evaluator.SIZE, REQUEST, features.input(sample));
      seen.accept(encoding.latents());
      return inspection;
    }
  }

  private boolean[] groundTruth(Sample sample) throws IOException {
    if (!sample.hasGroundTruth()) {
      return null;
    }
    boolean[] known = groundTruths.get(sample);
    if (known == null) {
      known = GroundTruth.read(sample, Evaluator.SIZE, Evaluator.SIZE);
      groundTruths.put(sample, known);
    }
    return known;
  }
}
