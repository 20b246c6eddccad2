package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links lead somewhere, pages fit a screen, and a stranger can read the README in a minute. */
class DocumentationTest {
  private static final int MOST_WORDS_OF_THE_README = 1500;
  private static final int COLUMNS = 120;

  @Test
  void everyLinkInsideTheRepositoryResolves() throws IOException {
    List<String> broken = new ArrayList<>();
    int checked = 0;
    for (MarkdownPage page : MarkdownPage.all()) {
      for (String link : page.links()) {
        if (!link.matches("[a-z]+:.*")) {
          checked++;
          if (!resolves(page, link)) {
            broken.add(page.file() + ": " + link);
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(checked > 60, "links found: " + checked);
  }

  private static boolean resolves(MarkdownPage page, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return parts.length == 1 || MarkdownPage.of(target.toString()).anchors().contains(parts[1]);
  }

  /** The library's manual is installed without the pages beside it. */
  @Test
  void theInstalledManualHasNoRelativeLink() throws IOException {
    List<String> relative =
        MarkdownPage.of("src/main/native/README.md").links().stream()
            .filter(link -> !link.matches("([a-z]+:|#).*"))
            .toList();
    assertEquals(List.of(), relative);
  }

  @Test
  void everyPageOfDocsIsLinkedFromTheReadme() throws IOException {
    List<String> links = MarkdownPage.of("README.md").links();
    try (Stream<Path> files = Files.list(Path.of("docs"))) {
      List<String> unlinked =
          files
              .map(Path::toString)
              .filter(name -> name.endsWith(".md") && !links.contains(name))
              .toList();
      assertEquals(List.of(), unlinked);
    }
  }

  /** A type in backticks, perhaps behind its package or its outer class. */
  private static final Pattern TYPE =
      Pattern.compile("`(?:[a-z]+[./])*(?:[A-Z]\\w*\\.)*([A-Z]\\w*[a-z]\\w*)`");

  /** Types of other projects. */
  private static final Set<String> FOREIGN =
      Set.of("Predictor", "Model", "Lz4Native", "Lz4Compressor");

  /** CHANGELOG names what was called otherwise before. */
  @Test
  void everyTypeThatAPageNamesExists() throws IOException {
    Set<String> declared =
        Pattern.compile("\\b(?:class|record|interface|enum|struct) (\\w+)")
            .matcher(sources("src/main", "src/test", "benchmarks/src"))
            .results()
            .map(type -> type.group(1))
            .collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      if (page.file().equals(Path.of("CHANGELOG.md"))) {
        continue;
      }
      TYPE.matcher(page.text())
          .results()
          .map(type -> type.group(1))
          .filter(type -> !declared.contains(type) && !FOREIGN.contains(type))
          .filter(type -> !type.endsWith("Exception"))
          .forEach(type -> missing.add(page.file() + ": " + type));
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everySourceFileThatAPageNamesExists() throws IOException {
    List<String> files = new ArrayList<>();
    for (String root : List.of("src", "benchmarks", "examples", "docs")) {
      try (Stream<Path> found = Files.walk(Path.of(root))) {
        found.map(Path::toString).forEach(files::add);
      }
    }
    Pattern name = Pattern.compile("`([\\w./-]+\\.(?:[ch]pp|[ch]|inc|sh|java))`");
    List<String> missing = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      name.matcher(page.text())
          .results()
          .map(file -> file.group(1))
          .filter(file -> files.stream().noneMatch(path -> path.endsWith("/" + file)))
          .filter(file -> !Files.exists(Path.of(file)))
          .forEach(file -> missing.add(page.file() + ": " + file));
    }
    assertEquals(List.of(), missing);
  }

  private static String sources(String... roots) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String root : roots) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file :
            files.filter(f -> f.toString().matches(".*\\.(java|[chi]pp|h|py)")).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  /** The excerpts of docs/design.md, in their order, are in the packages that its table names. */
  @Test
  void excerptsOfTheDesignPageAreTheSources() throws IOException {
    MarkdownPage page = MarkdownPage.of("docs/design.md");
    List<String> packages =
        Pattern.compile("(?m)^\\| `(\\w+)/\\w+`")
            .matcher(page.text())
            .results()
            .map(row -> "src/main/java/dev/flowline/" + row.group(1))
            .toList();
    List<String> excerpts = page.blocks("java");
    assertEquals(3, excerpts.size());
    assertEquals(packages.size(), excerpts.size());
    for (int i = 0; i < packages.size(); i++) {
      String sources = sources(packages.get(i));
      for (String part : excerpts.get(i).split("(?m)^\\s*\\.\\.\\.\\n")) {
        assertTrue(sources.contains(part), packages.get(i) + " has no\n" + part);
      }
    }
  }

  @Test
  void theReadmeIsShort() throws IOException {
    int words = MarkdownPage.of("README.md").text().strip().split("\\s+").length;
    assertTrue(words <= MOST_WORDS_OF_THE_README, words + " words");
  }

  @Test
  void linesOfProseFitAScreen() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      if (page.file().startsWith("src")) {
        continue; // libflowline's manual is as wide as its sources
      }
      page.prose().stream()
          .filter(line -> line.length() > COLUMNS)
          .forEach(line -> tooLong.add(page.file() + ": " + line));
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void nothingIsLeftOpen() throws IOException {
    for (MarkdownPage page : MarkdownPage.all()) {
      assertTrue(
          !page.text().matches("(?s).*(@@|TODO|FIXME).*"), "an unfilled mark in " + page.file());
    }
  }
}
