package dev.flowline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param file relative to the root of the checkout
 */
public record MarkdownPage(Path file, String text) {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** From this mark on a program has written the page. */
  private static final String GENERATED = "<!-- From here on written by";

  public static MarkdownPage of(String file) throws IOException {
    return new MarkdownPage(Path.of(file), Files.readString(Path.of(file)));
  }

  /** Reads every page of the repository that is for people. */
  public static List<MarkdownPage> all() throws IOException {
    List<MarkdownPage> pages = new ArrayList<>();
    List<String> files = new ArrayList<>();
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      docs.map(Path::toString).filter(name -> name.endsWith(".md")).sorted().forEach(files::add);
    }
    files.addAll(
        List.of(
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "benchmarks/README.md",
            "examples/README.md",
            "src/main/native/README.md"));
    for (String file : files) {
      pages.add(of(file));
    }
    return pages;
  }

  /** Returns the code blocks of a language, in their order. */
  public List<String> blocks(String language) {
    return FENCE
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** Returns the text from a heading to the next one of its level or above. */
  public String section(String heading) {
    int level = heading.indexOf(' ');
    int from = (text + "\n").indexOf("\n" + heading + "\n");
    if (from < 0) {
      throw new IllegalArgumentException(file + " has no heading '" + heading + "'");
    }
    Matcher next = Pattern.compile("(?m)^#{1," + level + "} ").matcher(text);
    int to = next.find(from + 2 + heading.length()) ? next.start() : text.length();
    return text.substring(from, to);
  }

  /** Returns the lines that a person has written and a browser breaks: no code, no table. */
  public List<String> prose() {
    String written = FENCE.matcher(text.split(GENERATED, 2)[0]).replaceAll("");
    return written
        .lines()
        .filter(line -> !line.startsWith("|") && !line.startsWith("    "))
        .toList();
  }

  /** Returns the targets of all links, as they are written. */
  public List<String> links() {
    return LINK.matcher(FENCE.matcher(text).replaceAll(""))
        .results()
        .map(link -> link.group(1))
        .toList();
  }

  /** Returns the anchors of the headings, as GitHub makes them. */
  public List<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    List<String> anchors = new ArrayList<>();
    Matcher heading =
        Pattern.compile("(?m)^#{1,6} (.*)$").matcher(FENCE.matcher(text).replaceAll(""));
    while (heading.find()) {
      String anchor =
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
              .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
              .replaceAll("\\s", "-");
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }
}
