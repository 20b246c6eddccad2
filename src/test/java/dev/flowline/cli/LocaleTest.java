package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.cli.doctor.Diagnosis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is the same in every locale that Java knows: logs and scripts read it. */
public class LocaleTest {
  private final Locale usual = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(usual);
  }

  /**
   * One locale of each kind that writes numbers or the case of letters in a way of its own, ROOT
   * first. Two locales of one kind write the same.
   */
  public static List<Locale> kinds() {
    Locale usual = Locale.getDefault();
    Map<String, Locale> byText = new LinkedHashMap<>();
    try {
      List<Locale> all = new ArrayList<>(List.of(Locale.getAvailableLocales()));
      all.add(0, Locale.ROOT);
      for (Locale locale : all) {
        Locale.setDefault(locale);
        String text = "%d %,d %.2f %e".formatted(-1234567, 1234567, -1234.5, 1e-9);
        byText.putIfAbsent(text + "title".toUpperCase() + "TITLE".toLowerCase(), locale);
      }
    } finally {
      Locale.setDefault(usual);
    }
    assertTrue(byText.size() > 10, byText::toString);
    return List.copyOf(byText.values());
  }

  /** Everything that a script may read: the answers, and the errors in them. */
  @Test
  void everyLocaleReadsTheSame() throws IOException {
    String model = SmallLine.model().toString();
    String data = "--data=" + SmallLine.data();
    String images = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("test/good").toString();
    Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
    List<String[]> commands =
        List.of(
            new String[] {"info", model},
            new String[] {"info", "--json", model},
            new String[] {"info", "models", "--table"},
            new String[] {"info", broken.toString()},
            new String[] {"inspect", model, images, broken.toString()},
            new String[] {"drift", "--json", model, images},
            new String[] {"acceptance", model, "--parts=" + Path.of(images).getParent()},
            new String[] {
              "detectability",
              model,
              "--good=" + images,
              "--kinds=spot",
              "--contrasts=0.6",
              "--defects=6",
              "--sizes=2,20"
            },
            new String[] {"detectability"},
            new String[] {"evaluate", model, data, "--category=" + SmallLine.PRODUCT, "--json"},
            new String[] {"evaluate", model, data, "--category=" + SmallLine.PRODUCT},
            new String[] {"train", data, "--category=steel", "--batch=1234567890123"});
    List<String> expected = new ArrayList<>();
    for (Locale locale : kinds()) {
      Locale.setDefault(locale);
      List<String> texts = new ArrayList<>();
      for (String[] command : commands) {
        Invocation answer = Invocation.of(command);
        texts.add(
            String.join(" ", command) + answer.exitCode() + "\n" + answer.out() + answer.err());
      }
      if (expected.isEmpty()) {
        expected.addAll(texts);
      }
      for (int i = 0; i < texts.size(); i++) {
        assertLinesMatch(
            lasting(expected.get(i)).lines().map(Pattern::quote),
            lasting(texts.get(i)).lines(),
            "in " + locale);
      }
    }
  }

  /**
   * Only with a locale does a format write a number; %s writes whole numbers the same everywhere.
   */
  @Test
  void noFormatTakesTheLocaleOfTheMachine() throws IOException {
    Pattern call = Pattern.compile("\\.(formatted|format|printf)\\(");
    Pattern number = Pattern.compile("%[-+0-9,.]*[deEfg]");
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        for (String statement : Files.readString(source).split(";\\s*\n")) {
          if (call.matcher(statement).find()
              && number.matcher(statement).find()
              && !statement.contains("Locale.")) {
            wrong.add(source + ": " + statement.strip());
          }
        }
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }

  /** Leaves out what differs from run to run: times, moments, identifiers and free space. */
  private static String lasting(String text) {
    return text.replaceAll("\"timingsMillis\" ?: ?\\{[^}]*\\}", "")
        .replaceAll("(?s)\"timings\" : \\{.*", "")
        .replaceAll("\"(id|createdAt)\" ?: ?\"[^\"]*\"", "")
        .replaceAll("(?m)^.*(\\bms\\b|millis|seconds|images/s|GiB free).*$", "");
  }

  @Test
  void infoSaysTheSame() throws IOException {
    String model = SmallLine.model().toString();
    Locale.setDefault(Locale.ROOT);
    String expected = Invocation.of("info", model).out();
    assertTrue(expected.matches("(?s).*trainable parameters +\\d+,\\d{3}.*"), expected);
    Locale.setDefault(Locale.GERMANY);
    assertEquals(expected, Invocation.of("info", model).out());
  }

  @Test
  void trainingWritesPoints() throws IOException {
    Locale.setDefault(Locale.GERMANY);
    Invocation train = SmallLine.train(folder.resolve("a.flowline"));
    assertEquals(0, train.exitCode(), train.err());
    String numbers = train.out() + train.err();
    assertTrue(numbers.matches("(?s).*NLL -?\\d+\\.\\d{4}.*"), numbers);
    assertTrue(numbers.matches("(?s).*log10Epsilon -?\\d+\\.\\d{2}.*"), numbers);
    assertTrue(!numbers.matches("(?s).*\\d,\\d.*"), numbers);
  }

  @Test
  void doctorWritesPoints() {
    Locale.setDefault(Locale.GERMANY);
    String findings = Diagnosis.ofThisMachine("test", null).findings().toString();
    assertTrue(findings.matches("(?s).*\\d\\.\\d GiB.*"), findings);
  }
}
