package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The glossary of CONTRIBUTING names what exists, and pages use its words. */
class GlossaryTest {
  private static final String HEADER = "src/main/native/include/flowline/flowline.h";

  /** Words that pages do not use, since the glossary has another one for the thing. */
  private static final Pattern PRIVATE_WORDS =
      Pattern.compile(
          "\\b(joint (anomaly )?map|laws? of (the )?regions|told|tells|dealt|whole way"
              + "|asked for|promise[sd]?)\\b",
          Pattern.CASE_INSENSITIVE);

  private record Entry(List<String> words, List<String> names) {}

  private static List<Entry> glossary() throws IOException {
    return MarkdownPage.of("CONTRIBUTING.md")
        .section("## Glossary")
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| word "))
        .map(line -> line.split("\\|"))
        .map(
            cells ->
                new Entry(
                    List.of(cells[1].strip().split(", ")),
                    Pattern.compile("`([^`]+)`")
                        .matcher(cells[3])
                        .results()
                        .map(name -> name.group(1))
                        .toList()))
        .toList();
  }

  @Test
  void everyNameExists() throws IOException {
    String header = withoutComments(Files.readString(Path.of(HEADER)));
    String java = mainSources();
    List<String> missing = new ArrayList<>();
    int checked = 0;
    for (Entry entry : glossary()) {
      for (String name : entry.names()) {
        checked++;
        if (!exists(name, java, header)) {
          missing.add(name);
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(checked > 100, "names checked: " + checked);
  }

  private static boolean exists(String name, String java, String header) {
    if (name.startsWith("--")) {
      return java.contains('"' + name + '"');
    }
    if (name.matches("[A-Z][A-Z_]+")) {
      return contains(java, name);
    }
    if (Character.isUpperCase(name.charAt(0))) {
      return contains(java, "(?:class|record|interface|enum) " + name);
    }
    return contains(name.contains("_") || name.equals("ignore") ? header : java, name);
  }

  private static boolean contains(String text, String expression) {
    return Pattern.compile("\\b" + expression + "\\b").matcher(text).find();
  }

  private static String mainSources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        all.append(withoutComments(Files.readString(file)));
      }
      return all.toString();
    }
  }

  private static String withoutComments(String source) {
    return source.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("(?m)//.*$", " ");
  }

  @Test
  void aWordIsExplainedOnceAndANameHasOneWord() throws IOException {
    Set<String> words = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Entry entry : glossary()) {
      entry.words().forEach(word -> assertTrue(words.add(word), word));
      entry.names().forEach(name -> assertTrue(names.add(name), name));
    }
    assertTrue(words.size() > 50, words.toString());
  }

  @Test
  void theHeaderHasTheSameWords() throws IOException {
    Set<String> words =
        glossary().stream()
            .flatMap(entry -> entry.words().stream())
            .map(word -> word.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    String header = Files.readString(Path.of(HEADER));
    String section = header.substring(header.indexOf("* Glossary:"));
    List<String> missing =
        Arrays.stream(section.substring(0, section.indexOf("*/")).split("\n"))
            .filter(line -> line.matches(" \\*   \\w.*"))
            .map(line -> line.substring(5).split(" {2,}")[0].toLowerCase(Locale.ROOT))
            .filter(word -> !words.contains(word))
            .toList();
    assertEquals(List.of(), missing);
  }

  /** CHANGELOG names what was called otherwise before. */
  @Test
  void pagesUseNoPrivateWords() throws IOException {
    List<String> found = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      if (page.file().equals(Path.of("CHANGELOG.md"))) {
        continue;
      }
      for (String line : page.prose()) {
        String text = line.replaceAll("`[^`]*`|\"[^\"]*\"|\\*[^*]*\\*", "");
        if (!line.startsWith("![") && PRIVATE_WORDS.matcher(text).find()) {
          found.add(page.file() + ": " + line);
        }
      }
    }
    assertEquals(List.of(), found);
  }
}
