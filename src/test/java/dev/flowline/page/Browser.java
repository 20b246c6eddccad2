package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real browser without a window. A test that asks for one is skipped where there is none. */
public final class Browser {
  private static final Pattern PAGE = Pattern.compile("/Type\\s*/Page\\b(?!s)");
  private static final Pattern BOX =
      Pattern.compile("/MediaBox\\s*\\[\\s*0\\s+0\\s+([0-9.]+)\\s+([0-9.]+)\\s*]");

  private final Path folder;

  /**
   * @param folder for the browser's own files
   */
  public Browser(Path folder) {
    this.folder = folder;
  }

  /** Returns the document of a page once its scripts have run. */
  public String dom(Path page) throws IOException, InterruptedException {
    Path dom = folder.resolve("dom.html");
    run(dom, "--dump-dom", page);
    return Files.readString(dom);
  }

  /** Prints a page and returns width and height of each sheet, in points of 1/72 inch. */
  public List<double[]> printed(Path page) throws IOException, InterruptedException {
    Path pdf = folder.resolve("printed.pdf");
    run(folder.resolve("said.txt"), "--print-to-pdf=" + pdf, page);
    String text = Files.readString(pdf, StandardCharsets.ISO_8859_1);
    List<double[]> boxes = new ArrayList<>();
    for (Matcher box = BOX.matcher(text); box.find(); ) {
      boxes.add(new double[] {Double.parseDouble(box.group(1)), Double.parseDouble(box.group(2))});
    }
    assertTrue(
        PAGE.matcher(text).results().count() == boxes.size() && !boxes.isEmpty(),
        "each sheet has its size");
    return boxes;
  }

  private void run(Path output, String option, Path page) throws IOException, InterruptedException {
    Path browser = installed();
    Assumptions.assumeTrue(browser != null, "no browser");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                option,
                page.toUri().toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the browser ends");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path installed() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(
            path ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(path)::resolve))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
