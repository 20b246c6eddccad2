package dev.flowline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page whose figures are generated: what stands between two marks of the same name. */
public record Readme(Path file) {
  /**
   * @throws IOException if it cannot be read or written, or a mark is missing
   */
  void fill(MachineFacts machine, ResultTable table) throws IOException {
    String text = Files.readString(file);
    text = replace(text, "machine", wrapped(machine.toString()));
    text = replace(text, "results", table.markdown());
    Files.writeString(file, text);
  }

  /**
   * Puts text between the two marks of a name.
   *
   * @throws IOException if the page cannot be read or written, or a mark is missing
   */
  void fill(String mark, String content) throws IOException {
    Files.writeString(file, replace(Files.readString(file), mark, content));
  }

  private String replace(String text, String mark, String content) throws IOException {
    String begin = "<!-- " + mark + " -->";
    String end = "<!-- /" + mark + " -->";
    Matcher between =
        Pattern.compile(Pattern.quote(begin) + ".*" + Pattern.quote(end), Pattern.DOTALL)
            .matcher(text);
    if (!between.find()) {
      throw new IOException(file + " has no " + begin + " … " + end);
    }
    String filled = begin + "\n" + content.strip() + "\n" + end;
    return between.replaceFirst(Matcher.quoteReplacement(filled));
  }

  /** Breaks a sentence into lines of a page, the last without an end. */
  public static String wrapped(String sentence) {
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (String word : sentence.split(" ")) {
      if (column > 0 && column + 1 + word.length() > 118) {
        out.append('\n');
        column = 0;
      } else if (column > 0) {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    return out.toString();
  }
}
