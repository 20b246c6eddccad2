package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Suspect;
import dev.flowline.calibration.SuspectRule;
import dev.flowline.data.Fingerprints;
import dev.flowline.data.Sample;
import dev.flowline.eval.SuspectsPage;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.CsvText;
import dev.flowline.io.FileNames;
import dev.flowline.io.Preprocessing;
import dev.flowline.page.Numbers;
import dev.flowline.train.Screening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The report on training images that look defective: a table of all images beside the model, and a
 * page and a line on standard error if there are suspects.
 */
final class SuspectReport {
  private static final int SHOWN = 60;
  private static final int ALIKE = 3;

  private final Path model;
  private final SuspectRule rule;
  private final boolean leaveOut;
  private final Fingerprints prints;
  private final Preprocessing preprocessing;
  private final CommonOptions common;
  private Set<Path> suspects = Set.of();
  private int screened;

  /**
   * Prepares a report.
   *
   * @param model beside which the files go
   * @param leaveOut whether the model is trained without the suspects
   * @param prints of the training images
   * @param preprocessing with which the images are shown
   */
  SuspectReport(
      Path model,
      SuspectRule rule,
      boolean leaveOut,
      Fingerprints prints,
      Preprocessing preprocessing,
      CommonOptions common) {
    this.model = model;
    this.rule = rule;
    this.leaveOut = leaveOut;
    this.prints = prints;
    this.preprocessing = preprocessing;
    this.common = common;
  }

  /** Returns the suspects that the screening found. */
  Set<Path> suspects() {
    return suspects;
  }

  /**
   * Returns what the guaranteed rate means without the suspects; empty if none was left out or
   * nothing is guaranteed.
   */
  Optional<String> guaranteeInWords(Calibration calibration) {
    if (suspects.isEmpty() || calibration == null) {
      return Optional.empty();
    }
    int leftOut = suspects.size();
    double share = leftOut / (double) screened;
    double ifGood = share + (1 - share) * calibration.guaranteed();
    return Optional.of(
        "the false-alarm rate is that of parts like those that were kept; if all %s that %s left out were good, it is %s %s%s"
            .formatted(
                leftOut,
                leftOut == 1 ? "was" : "were",
                calibration.isGuaranteed() ? "at most" : "expected to be about",
                Numbers.percent(ifGood),
                provedInWords(calibration, share)));
  }

  /** Returns what kept folds prove if the suspects were good; nothing without kept folds. */
  private static String provedInWords(Calibration calibration, double share) {
    return calibration.keepsFolds()
        ? calibration
            .proved()
            .map(proved -> Math.min(1, share + (1 - share) * proved))
            .map(proved -> ", and at most %s is proved".formatted(Numbers.percent(proved)))
            .orElse("")
        : "";
  }

  /** Writes the files and prints what there is to say. */
  void screened(Screening screening) {
    try {
      List<Suspect> assessed = SuspectRule.assessed(screening.minLog10Nfa());
      List<Suspect> found = rule.among(assessed);
      screened = assessed.size();
      suspects = new HashSet<>();
      found.forEach(suspect -> suspects.add(file(screening, suspect)));
      AtomicFile.write(beside("-suspects.csv"), table(screening, assessed));
      Path page = beside("-suspects.html");
      if (found.isEmpty()) {
        Files.deleteIfExists(page); // of an earlier training
        return;
      }
      page(screening, found).write(page);
      common.err().println(line(screening, found, page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(Screening screening, List<Suspect> found, Path page) {
    List<Path> files = found.stream().map(suspect -> file(screening, suspect)).toList();
    return "%s: %s of %s look%s defective: %s; look at %s%s"
        .formatted(
            leaveOut ? "note" : "warning",
            found.size(),
            Numbers.count(screening.images().size(), "training image"),
            found.size() == 1 ? "s" : "",
            FileNames.of(files),
            page,
            leaveOut
                ? ". The model is trained without " + (found.size() == 1 ? "it" : "them")
                : ", and remove what is defective or add --exclude-suspects");
  }

  private SuspectsPage page(Screening screening, List<Suspect> found) throws IOException {
    List<Path> others =
        screening.images().stream()
            .map(Sample::image)
            .filter(image -> !suspects.contains(image))
            .toList();
    List<SuspectsPage.SuspectImage> rows = new ArrayList<>();
    for (Suspect suspect : found.subList(0, Math.min(SHOWN, found.size()))) {
      Path file = file(screening, suspect);
      rows.add(
          new SuspectsPage.SuspectImage(
              file,
              suspect,
              screening.maps().of(suspect.image()),
              prints.mostAlike(file, others, ALIKE)));
    }
    return new SuspectsPage(
        model.getFileName().toString(),
        facts(screening),
        rows,
        found.size(),
        screening.images().size(),
        leaveOut,
        beside("-suspects.csv").getFileName().toString(),
        file -> GalleryPictures.read(file, preprocessing));
  }

  private Map<String, String> facts(Screening screening) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("training images", Integer.toString(screening.images().size()));
    facts.put(
        "suspects are",
        rule.contamination() == null
            ? "images of which fewer than one as strange is to be expected if all are good"
            : "the strangest %s, as requested".formatted(Numbers.percent(rule.contamination())));
    facts.put("p", "share of the training images that are at least as strange");
    return facts;
  }

  private static String table(Screening screening, List<Suspect> assessed) {
    StringBuilder text = new StringBuilder("file,minLog10Nfa,pValue,expectedGood\n");
    for (Suspect image : assessed) {
      text.append(CsvText.field(file(screening, image).toString()))
          .append(',')
          .append(image.minLog10Nfa())
          .append(',')
          .append(image.pValue())
          .append(',')
          .append(image.expectedGood())
          .append('\n');
    }
    return text.toString();
  }

  private static Path file(Screening screening, Suspect suspect) {
    return screening.images().get(suspect.image()).image();
  }

  /** Returns a file beside the model: gear-suspects.csv of gear.flowline. */
  private Path beside(String suffix) {
    String name = model.getFileName().toString().replaceFirst("\\.flowline$", "");
    return model.resolveSibling(name + suffix);
  }
}
