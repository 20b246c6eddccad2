package dev.flowline.cli;

import dev.flowline.model.ModelKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An entry of {@code --models}, as in {@code u-flow}, {@code ms-flow:parts=2} or {@code
 * cs-flow:kernels=[3,5]:epochs=20:label=wide}: a kind, then settings with colons between. A comma
 * or a colon in a value is put in brackets. Besides the model's own settings there are {@link
 * #OWN}.
 *
 * @param label name of the entry in the table
 * @param extractor null for that of the comparison
 * @param input null for that of the comparison
 * @param settings of the model, by name
 * @param training epochs, batch and lr if they are given, by these names
 */
record ModelEntry(
    String label,
    ModelKind kind,
    String extractor,
    HeightWidth input,
    Map<String, String> settings,
    Map<String, String> training) {
  /** The names in an entry that are no settings of the model. */
  static final List<String> OWN = List.of("label", "extractor", "input", "epochs", "batch", "lr");

  /**
   * Returns the entries of a list that commas separate.
   *
   * @throws IllegalArgumentException naming the entry that cannot be read
   */
  static List<ModelEntry> list(String text) {
    return split(text, ',').stream().map(ModelEntry::of).toList();
  }

  private static ModelEntry of(String text) {
    List<String> parts = split(text, ':');
    ModelKind kind = ModelKind.of(parts.get(0).strip());
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, String> own = new LinkedHashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      if (equals < 1 || equals == part.length() - 1) {
        throw new IllegalArgumentException(
            "--models: '%s' in '%s' is not of the form NAME=VALUE".formatted(part, text));
      }
      String name = part.substring(0, equals).strip();
      String value = part.substring(equals + 1).strip();
      (OWN.contains(name) ? own : settings).put(name, value);
    }
    String extractor = own.remove("extractor");
    String input = own.remove("input");
    String label = own.remove("label");
    return new ModelEntry(
        label == null ? text.strip() : label,
        kind,
        extractor == null ? null : withoutBrackets(extractor),
        input == null ? null : size(input),
        settings,
        own);
  }

  /** Returns the same entry on another extractor. */
  ModelEntry with(String other) {
    return new ModelEntry(label, kind, other, input, settings, training);
  }

  /** Returns the same entry on another extractor, which its label then names. */
  ModelEntry on(String other) {
    return new ModelEntry(label + "@" + other, kind, other, input, settings, training);
  }

  private static HeightWidth size(String value) {
    try {
      return new HeightWidth.Converter().convert(value);
    } catch (picocli.CommandLine.TypeConversionException e) {
      throw new IllegalArgumentException("--models: input " + e.getMessage(), e);
    }
  }

  private static String withoutBrackets(String value) {
    boolean bracketed = value.startsWith("[") && value.endsWith("]");
    return bracketed ? value.substring(1, value.length() - 1) : value;
  }

  /** Splits a text at every separator outside brackets. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth < 0) {
        break;
      }
      if (c == separator && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("--models: the brackets of '" + text + "' do not match");
    }
    parts.add(text.substring(start));
    return parts;
  }
}
