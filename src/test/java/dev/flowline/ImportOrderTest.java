package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the sources and holds them to the layering: a package knows only those before it. */
class ImportOrderTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/flowline");
  private static final List<String> ORDER =
      List.of(
          "internal",
          "runtime",
          "tensor",
          "io",
          "nn",
          "segmentation",
          "metrics",
          "page",
          "data",
          "calibration",
          "drift",
          "extractor",
          "flow",
          "model",
          "engine",
          "line",
          "eval",
          "study",
          "train",
          "compare",
          "export",
          "serve",
          "cli");
  private static final Set<String> WITHOUT_LIBTORCH =
      Set.of("segmentation", "metrics", "page", "calibration", "drift", "eval", "study");

  /** Imports and fully qualified names alike; comments and strings are cut out before. */
  private static final Pattern PACKAGE = Pattern.compile("\\bdev\\.flowline\\.([a-z]+)\\b");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
  private static final Pattern STRING = Pattern.compile("\"(?:\\\\.|[^\"\\\\\\n])*\"");

  private record Source(Path file, String owner, String code) {}

  @Test
  void everyPackageHasItsPlaceInTheOrder() throws IOException {
    for (Source source : sources()) {
      assertTrue(ORDER.contains(source.owner), source.file + " is in no known package");
    }
  }

  @Test
  void importsPointOneWay() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      Matcher names = PACKAGE.matcher(source.code);
      while (names.find()) {
        if (ORDER.indexOf(names.group(1)) > ORDER.indexOf(source.owner)) {
          wrong.add(source.file + " uses " + names.group());
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void roomsRightOfTheLatentsKnowNothingOfLibTorch() throws IOException {
    assertNowhere("org\\.bytedeco\\.pytorch", source -> WITHOUT_LIBTORCH.contains(source.owner));
  }

  @Test
  void onlyTheBootstrapLoadsNatives() throws IOException {
    assertNowhere(
        "\\b(?:Loader|System)\\s*\\.\\s*(?:load|loadLibrary)\\s*\\(",
        source -> !source.owner.equals("internal"));
  }

  @Test
  void onlyTheCommandLinePrintsAndExits() throws IOException {
    assertNowhere(
        "\\bSystem\\s*\\.\\s*(?:exit|out|err)\\b|\\bRuntime\\.getRuntime\\(\\)\\.(?:exit|halt)"
            + "|printStackTrace\\(\\)",
        source -> !source.owner.equals("cli"));
  }

  private static void assertNowhere(String forbidden, Predicate<Source> in) throws IOException {
    Pattern pattern = Pattern.compile(forbidden);
    List<String> found = new ArrayList<>();
    for (Source source : sources()) {
      Matcher matcher = pattern.matcher(source.code);
      if (in.test(source) && matcher.find()) {
        found.add(source.file + " has " + matcher.group());
      }
    }
    assertEquals(List.of(), found);
  }

  private static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        String text = Files.readString(file);
        String code = COMMENT.matcher(STRING.matcher(text).replaceAll("\"\"")).replaceAll("");
        sources.add(new Source(file, SOURCES.relativize(file).getName(0).toString(), code));
      }
    }
    assertTrue(sources.size() > 10, "found only " + sources.size() + " sources");
    return sources;
  }
}
