package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.data.synthesis.AnomalyKind;
import dev.flowline.data.synthesis.AnomalySynthesis;
import dev.flowline.data.synthesis.SynthesisSettings;
import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.data.synthesis.Textures;
import dev.flowline.eval.SynthesisPage;
import dev.flowline.io.ExactName;
import dev.flowline.io.OutputLock;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes synthetic anomalies on good images. */
@Command(
    name = "synthesize",
    description = {
      "Draw artificial defects on good images, with masks, to test a model before there are real defects.",
      "The result is a dataset in the layout of MVTec AD, and a page that shows them. By default the good images are those that 'flowline train' holds out with the same --seed, --validation and --calibration."
    })
final class SynthesizeCommand implements Callable<Integer> {
  @Mixin private DatasetOptions data;
  @Mixin private ImageOptions.ImageLimit limit;
  @Mixin private CommonOptions common;

  /** The good images on which anomalies are made. */
  enum BaseImages {
    HELD_OUT,
    TRAIN,
    TEST
  }

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "Folder for the category's folder and its page.")
  private Path output;

  @Option(
      names = "--from",
      paramLabel = "WHICH",
      defaultValue = "HELD_OUT",
      description =
          "Good images on which anomalies are made: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BaseImages from;

  @Option(
      names = "--per-image",
      paramLabel = "N",
      converter = WholeNumber.AtLeastOne.class,
      defaultValue = "3",
      description = "Anomalies per good image; the kinds take turns (default: ${DEFAULT-VALUE}).")
  private int perImage;

  @Option(
      names = "--kind",
      split = ",",
      paramLabel = "K",
      completionCandidates = KindNames.class,
      description =
          "Kinds of anomalies, separated by commas: ${COMPLETION-CANDIDATES} (default: all).")
  private List<String> kinds = List.of();

  @Option(
      names = "--texture",
      paramLabel = "DIR",
      description =
          "Folder of images whose textures are laid over the parts (default: each good image itself).")
  private Path texture;

  @Option(
      names = "--size",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = HeightWidth.RESIZED + " (default: their own).")
  private HeightWidth size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of anomalies and split (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private HeldOutOptions heldOut;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      converter = WholeNumber.AtLeastZero.class,
      defaultValue = "24",
      description =
          "Pairs of good image and anomaly that the page shows (default: ${DEFAULT-VALUE}).")
  private int gallery;

  /**
   * The answer of {@code synthesize --json}.
   *
   * @param folder the folder of the category
   * @param folderUri the folder as a URI with the bytes of its name; null if the name is UTF-8
   * @param page the HTML page
   * @param pageUri the page as a URI with the bytes of its name; null if the name is UTF-8
   * @param goodImages good images on which anomalies were made
   * @param anomalies their number per kind
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Result(
      String folder,
      String folderUri,
      String page,
      String pageUri,
      int goodImages,
      Map<String, Integer> anomalies) {}

  @Override
  public Integer call() throws IOException {
    List<AnomalyKind> wanted =
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
            wanted,
            perImage,
            seed,
            size == null ? 0 : size.height(),
            size == null ? 0 : size.width());
    Path folder = output.resolve(dataset.category());
    Files.createDirectories(output);
    List<SynthesizedSet.Pair> pairs;
    try (OutputLock alone = OutputLock.ofFile(folder, "synthesis");
        Progress progress = Progress.on(common.err())) {
      pairs =
          set.write(folder, split.fit(), good, (done, of) -> progress.step("images", done, of, ""));
    }
    Path page = output.resolve(dataset.category() + ".html");
    Map<String, Integer> made = new LinkedHashMap<>();
    pairs.forEach(pair -> made.merge(pair.kind().label(), 1, Integer::sum));
    common.print(
        new Result(
            folder.toString(),
            ExactName.uriOf(folder),
            page.toString(),
            ExactName.uriOf(page),
            good.size(),
            made),
        out -> {
          out.printf(
              Locale.ROOT,
              "%s: %d anomalies on %d good images, %s%n",
              folder,
              pairs.size(),
              good.size(),
              made.entrySet().stream()
                  .map(kind -> kind.getKey() + " " + kind.getValue())
                  .collect(Collectors.joining(", ")));
        });
    new SynthesisPage(
            dataset.category(),
            facts(good.size(), wanted, textures),
            shown(pairs),
            pairs.size(),
            GalleryPictures::read)
        .write(page);
    common.err().println("page: " + page.toAbsolutePath().normalize().toUri());
    return Flowline.SUCCESS;
  }

  private Split split(Dataset dataset) {
    return from == BaseImages.HELD_OUT
        ? Split.of(dataset.train(), heldOut.validation(), heldOut.calibration(), seed)
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
              ? "--from TEST: %s has no good test image, use --from TRAIN or HELD_OUT"
                  .formatted(dataset.category())
              : "--validation %s and --calibration %s hold out no image of %s: give larger shares, or --from TRAIN"
                  .formatted(heldOut.validation(), heldOut.calibration(), dataset.category()));
    }
    return good;
  }

  private Map<String, String> facts(int good, List<AnomalyKind> wanted, Textures textures) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("good images", good + ", " + from.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    facts.put("kinds", String.join(", ", wanted.stream().map(AnomalyKind::label).toList()));
    facts.put(
        "textures",
        textures.count() == 0 ? "each image itself" : textures.count() + " of " + texture);
    facts.put("seed", Long.toString(seed));
    return facts;
  }

  /**
   * Returns the pairs that are shown, evenly spread over all, so that every good image has its
   * turn.
   */
  private List<SynthesizedSet.Pair> shown(List<SynthesizedSet.Pair> pairs) {
    int count = Math.min(gallery, pairs.size());
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
                    "--kind must be one of %s, got %s"
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
