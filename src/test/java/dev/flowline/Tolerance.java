package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.StoredTensor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tolerance as golden cases write it: {@code abs 1e-4}, or {@code rel 1e-5} and {@code 2e-5 of
 * the abs-max}, which follow the largest magnitude of the tensor that is compared with.
 */
public record Tolerance(double number, boolean relative) {
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d.]*(?:[eE][+-]?\\d+)?");
  private static final Pattern RELATIVE = Pattern.compile("\\brel\\b|abs-?max");

  /** Reads the tolerance that a text begins with. */
  public static Tolerance of(String text) {
    String clause = text.split(";")[0];
    Matcher number = NUMBER.matcher(clause);
    assertTrue(number.find(), "no tolerance in '" + text + "'");
    return new Tolerance(Double.parseDouble(number.group()), RELATIVE.matcher(clause).find());
  }

  /** Reads the tolerance behind a word, as that of "all" in {@code 99% abs 1, all abs 2}. */
  public static Tolerance behind(String word, String text) {
    Matcher matcher = Pattern.compile("\\b" + word + "\\b:?\\s*(.*)").matcher(text);
    assertTrue(matcher.find(), "nothing on '" + word + "' in '" + text + "'");
    return of(matcher.group(1));
  }

  /** The largest difference that is allowed from that tensor. */
  public double bound(StoredTensor expected) {
    return relative ? number * Golden.absMax(expected) : number;
  }
}
