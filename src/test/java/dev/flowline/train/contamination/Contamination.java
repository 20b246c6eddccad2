package dev.flowline.train.contamination;

import dev.flowline.data.Dataset;
import dev.flowline.data.Fingerprints;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.tensor.Device;
import dev.flowline.train.Extraction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures what defective images among the good training images do: real defects are mixed in, and
 * a model is trained with nothing done about them, without the suspects, and with none mixed in.
 * Each draw has its own defects and its own good test images. The results go to a file, one JSON
 * object per line; what is in it already is not measured again. {@link ContaminationTable} prints
 * means over the draws.
 *
 * <pre>
 * mvn -q -o exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=dev.flowline.train.contamination.Contamination \
 *     -Dexec.args="../shared results.jsonl padim 3"
 * </pre>
 */
public final class Contamination {
  private static final List<String> SETS = List.of("mvtec-transistor", "magnetic-tile");
  private static final double[] SHARES = {0.02, 0.05, 0.1, 0.2, 0.4};

  private final Path shared;
  private final Results results;
  private final MeasuredModel measured;
  private final Together together;
  private final int mostGood;

  /** Which photos are kept together in a fold. */
  enum Together {
    /** Those of one part, as somebody who knows the parts gives them. */
    PARTS,
    /** The near-duplicates, as train finds them. */
    FOUND,
    /** None. */
    NONE
  }

  private Contamination(
      Path shared, Results results, MeasuredModel measured, Together together, int mostGood) {
    this.shared = shared;
    this.results = results;
    this.measured = measured;
    this.together = together;
    this.mostGood = mostGood;
  }

  /**
   * Runs the measurement.
   *
   * @param args folder of data and weights, file of results, model, number of draws, perhaps shares
   *     (0 trains without defects alone), sets, which photos are kept together (parts, found,
   *     none), and the largest number of good images to learn from
   */
  public static void main(String[] args) throws IOException {
    double[] shares =
        args.length < 5
            ? SHARES
            : Stream.of(args[4].split(",")).mapToDouble(Double::parseDouble).toArray();
    List<String> sets = args.length < 6 ? SETS : List.of(args[5].split(","));
    Contamination measurement =
        new Contamination(
            Path.of(args[0]).toAbsolutePath(),
            new Results(Path.of(args[1]).toAbsolutePath()),
            MeasuredModel.of(ModelKind.of(args[2])),
            args.length < 7 ? Together.PARTS : Together.valueOf(args[6].toUpperCase(Locale.ROOT)),
            args.length < 8 ? Integer.MAX_VALUE : Integer.parseInt(args[7]));
    for (String set : sets) {
      measurement.measure(set, Integer.parseInt(args[3]), shares);
    }
  }

  private void measure(String set, int draws, double[] shares) throws IOException {
    Dataset read = Layout.MVTEC.read(shared.resolve("data").resolve(set), null);
    List<Sample> goods =
        Stream.of(read.train(), read.testOf(Sample.GOOD)).flatMap(List::stream).toList();
    Parts parts = Parts.of(set, goods.stream().map(Sample::image).toList());
    Dataset dataset =
        keptTogether(new Dataset(read.category(), goods, List.of(), List.of()), parts);
    List<Sample> defective = // as a user has them who does not know
        read.test().stream()
            .filter(sample -> !sample.isGood())
            .map(sample -> Sample.good(sample.image()).inGroup(parts.of(sample.image())))
            .toList();
    List<Sample> all = Stream.of(dataset.train(), defective).flatMap(List::stream).toList();
    ModelConfig config = measured.config(read.category());
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
        GoodImages good =
            GoodImages.drawn(dataset.train(), parts, read.testOf(Sample.GOOD).size(), draw);
        for (double share : shares) {
          new MixedTraining(
                  "%s %s%s %s".formatted(set, measured.kind(), suffix(), draw),
                  Mixture.of(good.train(), defective, share, mostGood, draw),
                  good.test(),
                  features,
                  results,
                  samples ->
                      new MixedTraining.Setting(
                          config, measured.how(), measured.plan(), weights(), samples))
              .measure();
        }
      }
    }
  }

  private Dataset keptTogether(Dataset dataset, Parts parts) throws IOException {
    return switch (together) {
      case PARTS -> dataset.grouped(parts.photos());
      case FOUND ->
          dataset.grouped(
              Fingerprints.of(
                      dataset.train().stream().map(Sample::image).toList(), (done, of) -> {})
                  .nearDuplicates());
      case NONE -> dataset;
    };
  }

  private String suffix() {
    return together == Together.PARTS ? "" : "-" + together.name().toLowerCase(Locale.ROOT);
  }

  private List<Path> weights() {
    return List.of(shared.resolve("weights/resnet18-imagenet-bn-folded.safetensors"));
  }

  /**
   * Good images, of which none to test with shows a part that is learned from.
   *
   * @param test whole parts, at least as many images as asked for
   */
  record GoodImages(List<Sample> train, List<Sample> test) {
    static GoodImages drawn(List<Sample> good, Parts parts, int tested, int draw) {
      List<String> shuffled =
          new ArrayList<>(
              good.stream().map(image -> parts.of(image.image())).distinct().sorted().toList());
      Collections.shuffle(shuffled, new Random(draw));
      Set<String> apart = new HashSet<>();
      List<Sample> test = new ArrayList<>();
      for (String part : shuffled) {
        if (test.size() >= tested) {
          break;
        }
        apart.add(part);
        good.stream().filter(image -> parts.of(image.image()).equals(part)).forEach(test::add);
      }
      return new GoodImages(
          good.stream().filter(image -> !apart.contains(parts.of(image.image()))).toList(),
          List.copyOf(test));
    }
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
     *
     * @param share in [0, 1)
     * @param most good images, however few are planted then
     */
    static Mixture of(List<Sample> good, List<Sample> defective, double share, int most, int draw) {
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
      int enough = share == 0 ? goods.size() : (int) Math.round(half * (1 - share) / share);
      int kept = Math.min(Math.min(goods.size(), most), enough);
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
