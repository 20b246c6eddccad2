package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.data.synthesis.AnomalyKind;
import dev.flowline.data.synthesis.AnomalySynthesis;
import dev.flowline.data.synthesis.SynthesisSettings;
import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.data.synthesis.Textures;
import dev.flowline.eval.SynthesisPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Defects for those who have none. */
@Command(
    name = "synthesize",
    description = {
      "Make anomalies up on good images, with their masks: to look at, and to try a model on where there are no defects.",
      "The result is a dataset in the layout of MVTec AD, and a page. By default the good images are those that 'train' with the same --seed and --validation holds out."
    })
final class SynthesizeCommand implements Callable<Integer> {
  @Mixin private DatasetOptions data;
  @Mixin private CommonOptions common;

  /** Which good images anomalies are made on. */
  enum BaseImages {
    HELD_OUT,
    TRAIN,
    TEST
  }

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "Where the category's folder and its page go.")
  private Path output;

  @Option(
      names = "--from",
      paramLabel = "WHICH",
      defaultValue = "HELD_OUT",
      description =
          "Good images to make anomalies on: ${COMPLETION-CANDIDATES} (default: HELD_OUT, of the training images).")
  private BaseImages from;

  @Option(
      names = "--per-image",
      paramLabel = "N",
      converter = CommonOptions.AtLeastOne.class,
      defaultValue = "3",
      description = "Anomalies by good image; the kinds take turns (default: 3).")
  private int perImage;

  @Option(
      names = "--kind",
      split = ",",
      paramLabel = "K[,K...]",
      completionCandidates = KindNames.class,
      description = "Kinds of anomalies: ${COMPLETION-CANDIDATES} (default: all).")
  private List<String> kinds = List.of();

  @Option(
      names = "--texture",
      paramLabel = "DIR",
      description = "Lay images of this folder over the parts (default: each image itself).")
  private Path texture;

  @Option(
      names = "--size",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = "Size to which images are resized (default: their own).")
  private HeightWidth size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the anomalies and of the split (default: 0).")
  private long seed;

  @Option(
      names = "--validation",
      paramLabel = "X",
      defaultValue = TrainingOptions.HELD_OUT,
      description =
          "Share of the good training images that train holds out to choose the epoch (default: 0.15).")
  private double validation;

  @Option(
      names = "--calibration",
      paramLabel = "X",
      defaultValue = TrainingOptions.HELD_OUT,
      description = "Share of them that it holds out for log10Epsilon (default: 0.15).")
  private double calibration;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      defaultValue = "24",
      description = "Pairs to show on the page (default: 24).")
  private int gallery;

  /**
   * @param folder of the category
   * @param page to look at
   * @param goodImages that anomalies were made on
   * @param anomalies by kind
   */
  private record Result(
      String folder, String page, int goodImages, Map<String, Integer> anomalies) {}

  @Override
  public Integer call() throws IOException {
    List<AnomalyKind> asked =
        kinds.isEmpty()
            ? List.of(AnomalyKind.values())
            : kinds.stream().map(SynthesizeCommand::kind).distinct().toList();
    Dataset dataset = data.read(common);
    Split split = split(dataset);
    List<Sample> good = base(dataset, split);
    Textures textures = texture == null ? Textures.none() : Textures.read(texture);
    SynthesizedSet set =
        new SynthesizedSet(
            new AnomalySynthesis(SynthesisSettings.DEFAULT, textures),
            asked,
            perImage,
            seed,
            size == null ? 0 : size.height(),
            size == null ? 0 : size.width());
    Path folder = output.resolve(dataset.category());
    Files.createDirectories(output);
    List<SynthesizedSet.Pair> pairs;
    try (Progress progress = Progress.on(common.err())) {
      pairs =
          set.write(folder, split.fit(), good, (done, of) -> progress.step("images", done, of, ""));
    }
    Path page = output.resolve(dataset.category() + ".html");
    new SynthesisPage(
            dataset.category(),
            facts(good.size(), asked, textures),
            shown(pairs),
            pairs.size(),
            GalleryPictures::read)
        .write(page);
    Map<String, Integer> made = new LinkedHashMap<>();
    pairs.forEach(pair -> made.merge(pair.kind().label(), 1, Integer::sum));
    common.print(
        new Result(folder.toString(), page.toString(), good.size(), made),
        out -> {
          out.printf(
              Locale.ROOT,
              "%s: %d anomalies on %d good images, %s%n",
              folder,
              pairs.size(),
              good.size(),
              made);
          out.println("look at " + page.toAbsolutePath().normalize().toUri());
        });
    return Flowline.SUCCESS;
  }

  private Split split(Dataset dataset) {
    return from == BaseImages.HELD_OUT
        ? Split.of(dataset.train(), validation, calibration, seed)
        : Split.of(dataset.train(), 0, 0, seed);
  }

  private List<Sample> base(Dataset dataset, Split split) {
    List<Sample> good =
        switch (from) {
          case HELD_OUT -> split.heldOut();
          case TRAIN -> dataset.train();
          case TEST -> dataset.testOf(Sample.GOOD);
        };
    if (good.isEmpty()) {
      throw new IllegalArgumentException(
          from == BaseImages.TEST
              ? "--from TEST: %s has no good test image".formatted(dataset.category())
              : "--validation %s and --calibration %s hold no image of %s out: take more, or --from TRAIN"
                  .formatted(validation, calibration, dataset.category()));
    }
    return good;
  }

  private Map<String, String> facts(int good, List<AnomalyKind> asked, Textures textures) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("good images", good + ", " + from.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    facts.put("kinds", String.join(", ", asked.stream().map(AnomalyKind::label).toList()));
    facts.put(
        "textures",
        textures.count() == 0 ? "each image itself" : textures.count() + " of " + texture);
    facts.put("seed", Long.toString(seed));
    return facts;
  }

  /** Evenly spread over all, so that each good image has its turn. */
  private List<SynthesizedSet.Pair> shown(List<SynthesizedSet.Pair> pairs) {
    int count = Math.min(Math.max(0, gallery), pairs.size());
    return IntStream.range(0, count)
        .mapToObj(i -> pairs.get((int) ((long) i * pairs.size() / count)))
        .toList();
  }

  private static AnomalyKind kind(String label) {
    return Arrays.stream(AnomalyKind.values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--kind must be of %s, got %s"
                        .formatted(
                            Arrays.stream(AnomalyKind.values()).map(AnomalyKind::label).toList(),
                            label)));
  }

  static final class KindNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(AnomalyKind.values()).map(AnomalyKind::label).iterator();
    }
  }
}
