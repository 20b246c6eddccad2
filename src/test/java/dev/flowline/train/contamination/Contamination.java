package dev.flowline.train.contamination;

import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.data.Dataset;
import dev.flowline.data.Fingerprints;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.tensor.Device;
import dev.flowline.train.Extraction;
import dev.flowline.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures what defective images among the good training images do: real defects are mixed in, and
 * a model is trained with nothing done about them, without the suspects, and with none mixed in.
 * The results go to a file, one JSON object per line; what is in it already is not measured again.
 *
 * <pre>
 * mvn -q -o exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=dev.flowline.train.contamination.Contamination \
 *     -Dexec.args="../shared results.jsonl padim 3"
 * </pre>
 */
public final class Contamination {
  static final int SIZE = 128;
  private static final List<String> SETS = List.of("mvtec-transistor", "magnetic-tile");
  private static final double[] SHARES = {0.02, 0.05, 0.1, 0.2, 0.4};

  private final Path shared;
  private final Results results;
  private final ModelKind kind;

  private Contamination(Path shared, Results results, ModelKind kind) {
    this.shared = shared;
    this.results = results;
    this.kind = kind;
  }

  /**
   * Runs the measurement.
   *
   * @param args folder of data and weights, file of results, model, number of draws, perhaps shares
   *     and sets
   */
  public static void main(String[] args) throws IOException {
    Path shared = Path.of(args[0]).toAbsolutePath();
    Results results = new Results(Path.of(args[1]).toAbsolutePath());
    Contamination measurement = new Contamination(shared, results, ModelKind.of(args[2]));
    double[] shares =
        args.length < 5
            ? SHARES
            : Stream.of(args[4].split(",")).mapToDouble(Double::parseDouble).toArray();
    List<String> sets = args.length < 6 ? SETS : List.of(args[5].split(","));
    for (String set : sets) {
      measurement.measure(set, Integer.parseInt(args[3]), shares);
    }
  }

  private void measure(String set, int draws, double[] shares) throws IOException {
    Dataset read = Layout.MVTEC.read(shared.resolve("data").resolve(set), null);
    List<Path> files = read.train().stream().map(Sample::image).toList();
    List<List<Path>> alike =
        set.equals("magnetic-tile")
            ? tiles(files)
            : Fingerprints.of(files, (done, of) -> {}).nearDuplicates();
    Dataset dataset = read.grouped(alike);
    List<Sample> good = dataset.testOf(Sample.GOOD);
    List<Sample> defective = // as a user has them who does not know
        dataset.test().stream()
            .filter(sample -> !sample.isGood())
            .map(sample -> Sample.good(sample.image()).inGroup(part(set, sample.image())))
            .toList();
    List<Sample> all = Stream.of(dataset.train(), good, defective).flatMap(List::stream).toList();
    ModelConfig config = config(dataset.category());
    try (Extraction features =
        Extraction.of(
            config.extractor(),
            config.preprocessing(),
            Extraction.weights(config.extractor(), config.preprocessing(), weights(), all, 0),
            all,
            4L << 30,
            results.folder(),
            Device.CPU,
            (done, of) -> {})) {
      for (int draw = 0; draw < draws; draw++) {
        for (double share : shares) {
          Mixture mixture = Mixture.of(dataset.train(), defective, share, draw);
          new MixedTraining(
                  "%s %s %s".formatted(set, kind, draw),
                  mixture,
                  good,
                  features,
                  results,
                  samples -> new MixedTraining.Setting(config, how(), PLAN, weights(), samples))
              .measure();
        }
      }
    }
  }

  /** Returns a name of the part that a photo shows. */
  private static String part(String set, Path file) {
    return set.equals("magnetic-tile")
        ? "defective tile " + number(file) / 1000 // photos of one are within some hundred
        : file.toString();
  }

  /** Returns the photos of each tile: the numbers in their names are near one another. */
  private static List<List<Path>> tiles(List<Path> files) {
    List<Path> sorted = files.stream().sorted(Comparator.comparing(Contamination::number)).toList();
    List<List<Path>> tiles = new ArrayList<>();
    int before = Integer.MIN_VALUE / 2;
    for (Path file : sorted) {
      if (number(file) - before > 100) {
        tiles.add(new ArrayList<>());
      }
      before = number(file);
      tiles.get(tiles.size() - 1).add(file);
    }
    return tiles;
  }

  private static int number(Path file) { // as in exp4_num_51125.jpg
    return Integer.parseInt(file.getFileName().toString().replaceAll(".*num_|\\.jpg", ""));
  }

  private static final CalibrationPlan PLAN =
      new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE)
          .crossFitted(new CrossFitting(5));

  private ModelConfig config(String category) {
    ExtractorConfig extractor = ExtractorConfig.of(Backbone.RESNET18);
    return TinyLine.config(kind, category, extractor, method(), SIZE, SIZE, 0);
  }

  private Method method() {
    return switch (kind) {
      case PADIM -> new Padim(40, 0.01, 4);
      case FASTFLOW -> FastFlow.RESNET18;
      case U_FLOW -> UFlow.DEFAULT;
      default -> throw new IllegalArgumentException(kind + " is not measured");
    };
  }

  private TrainingConfig how() {
    return kind == ModelKind.PADIM
        ? TrainingConfig.fitted(0)
        : TrainingConfig.of(8, 8, 1e-3, 0).withPatience(2);
  }

  private List<Path> weights() {
    return List.of(shared.resolve("weights/resnet18-imagenet-bn-folded.safetensors"));
  }

  /**
   * Good images with defective ones among them.
   *
   * @param good without them
   * @param planted the defective ones
   * @param others defective images to test with
   */
  record Mixture(double share, List<Sample> good, List<Sample> planted, List<Sample> others) {
    /**
     * Draws a mixture. Half of the defective images are to be planted, and the other half to test
     * with, whatever the share; if the first half is too small for a share, there are fewer good
     * images. Photos of one part are in the same half.
     */
    static Mixture of(List<Sample> good, List<Sample> defective, double share, int draw) {
      Random random = new Random(draw);
      List<String> parts =
          new ArrayList<>(defective.stream().map(Sample::group).distinct().sorted().toList());
      Collections.shuffle(parts, random);
      List<Sample> shuffled = new ArrayList<>(defective);
      shuffled.sort(Comparator.comparingInt(sample -> parts.indexOf(sample.group())));
      List<Sample> goods = new ArrayList<>(good);
      Collections.shuffle(goods, random);
      int half = shuffled.size() / 2;
      while (half > 0 && shuffled.get(half).group().equals(shuffled.get(half - 1).group())) {
        half--;
      }
      int kept = Math.min(goods.size(), (int) Math.round(half * (1 - share) / share));
      int planted = Math.min(half, (int) Math.round(kept * share / (1 - share)));
      return new Mixture(
          share,
          List.copyOf(goods.subList(0, kept)),
          List.copyOf(shuffled.subList(0, planted)),
          List.copyOf(shuffled.subList(half, shuffled.size())));
    }

    List<Sample> mixed() {
      return Stream.concat(good.stream(), planted.stream()).toList();
    }
  }
}
