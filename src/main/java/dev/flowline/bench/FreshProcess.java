package dev.flowline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.export.GoldenPictures;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspector;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ProgramPolicy;
import dev.flowline.runtime.FreshJvm;
import dev.flowline.runtime.NativeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a fresh process is to inspect.
 *
 * @param model its file
 * @param image its file; null for a pattern
 * @param bits of the samples of 16-bit images; null for the model's
 * @param runsProgram whether a program in the model file may run
 * @param startedAt when the process was started, milliseconds since 1970
 */
public record FreshProcess(
    String model,
    String image,
    Integer bits,
    boolean runsProgram,
    BenchSetting setting,
    long startedAt) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_LATER = 20;
  private static final int PER_WORKER = 5;
  private static final long LATER_NANOS = 5_000_000_000L;
  private static final long TIMEOUT_SECONDS = 600;

  /**
   * Starts a process with the flags and the class path of this one, and returns what it measured.
   *
   * @param main the class whose main method takes {@link #toJson} as its argument, calls {@link
   *     #measure} and prints the result as JSON in one line
   * @throws IOException if the process does not start, does not end or reports a fault
   */
  public FreshStart start(String main) throws IOException {
    List<String> command =
        FreshJvm.command(List.of(), main, List.of(from(System.currentTimeMillis()).toJson()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("a fresh process did not end within " + TIMEOUT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a fresh process inspected", e);
    } finally {
      if (process.isAlive()) { // what has ended keeps its output
        process.destroyForcibly();
      }
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.exitValue() != 0) {
      throw new IOException(
          "a fresh process ended with exit code %s: %s".formatted(process.exitValue(), said));
    }
    return JSON.readValue(said, FreshStart.class);
  }

  private FreshProcess from(long millis) {
    return new FreshProcess(model, image, bits, runsProgram, setting, millis);
  }

  /** Returns the request as JSON in one line. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request has no JSON form", e);
    }
  }

  /**
   * Returns the request of a JSON form.
   *
   * @throws IOException if the text is none
   */
  public static FreshProcess fromJson(String text) throws IOException {
    return JSON.readValue(text, FreshProcess.class);
  }

  /**
   * Inspects in this process, which does nothing before.
   *
   * @throws IOException naming the file, if model or image cannot be read
   */
  public FreshStart measure() throws IOException {
    NativeRuntime.setThreads(setting.threads());
    ProgramPolicy programs = runsProgram ? ProgramPolicy.RUN : ProgramPolicy.REFUSE;
    try (AnomalyModel opened = AnomalyModel.open(Path.of(model), programs, bits);
        OpenedEngines engines = new OpenedEngines(opened)) {
      Image inspected = image(opened);
      Inspector inspector = engines.inspector(setting);
      try (Workers workers = new Workers(setting, inspector, List.of(inspected))) {
        double first = millis(inspector, inspected);
        double toFirst = System.currentTimeMillis() - startedAt;
        double later = later(inspector, inspected);
        if (setting.workers() > 1) {
          workers.run(
              PER_WORKER * setting.workers(), new StageTimes(setting.engine()), Deadline.NEVER);
        }
        return new FreshStart(setting, toFirst, first, later, peakMib());
      }
    }
  }

  private Image image(AnomalyModel opened) throws IOException {
    if (image != null) {
      return Images.read(Path.of(image));
    }
    var input = opened.config().preprocessing();
    return GoldenPictures.patterns(input.height(), input.width()).values().iterator().next();
  }

  private static double later(Inspector inspector, Image inspected) {
    double[] millis = new double[MOST_LATER];
    long start = System.nanoTime();
    int count = 0;
    while (count < MOST_LATER && (count == 0 || System.nanoTime() - start < LATER_NANOS)) {
      millis[count++] = millis(inspector, inspected);
    }
    double[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }

  private static double millis(Inspector inspector, Image inspected) {
    long start = System.nanoTime();
    inspector.inspect(inspected);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double peakMib() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .findFirst()
        .orElse(0);
  }
}
