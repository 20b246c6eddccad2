package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.MarkdownPage;
import dev.flowline.acceptance.AcceptanceResult;
import dev.flowline.acceptance.AppraiserResult;
import dev.flowline.bench.BenchResult;
import dev.flowline.certificate.Certificate;
import dev.flowline.compare.ComparisonAnswer;
import dev.flowline.data.Layout;
import dev.flowline.detectability.DetectabilityResult;
import dev.flowline.detectability.KindCurve;
import dev.flowline.detectability.PodCurve;
import dev.flowline.detectability.RealDefects;
import dev.flowline.drift.Drift;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.model.ModelKind;
import dev.flowline.tune.TuneResult;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The commands and programs of the README and of docs are run, compiled or parsed. */
class ReadmeTest {
  /** The launcher's own verbs, which the command line does not know. */
  private static final String VERBS =
      "(build|test|native-test|sanitized-test|format|benchmark)( .*)?";

  /** For fragments of Java that stand in the pages without their surroundings. */
  private static final String SURROUNDINGS =
      """
      import dev.flowline.drift.Drift;
      import dev.flowline.io.Image;
      import dev.flowline.line.*;
      import dev.flowline.segmentation.FieldOfView;
      class Fragment {
        void run(Inspector inspector, Image image, boolean[] mask) throws Exception {
      %s
        }
      }
      """;

  @Test
  void everyCommandParses() throws IOException {
    List<String> commands = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      String joined = page.text().replaceAll("\\\\\\n\\s*", "");
      Pattern.compile("(?m)^\\s*(?:\\$ )?\\./flowline (.*)$")
          .matcher(joined)
          .results()
          .map(line -> line.group(1).replaceAll("\\s+(#|&&|>).*$", "").strip())
          .filter(command -> !command.matches(VERBS))
          .forEach(commands::add);
    }
    assertTrue(commands.size() >= 30, commands.toString());
    for (String command : commands) {
      assertParses(command.replace("'", ""));
    }
  }

  private static void assertParses(String command) {
    try {
      CommandLine.ParseResult result =
          Flowline.commandLine(new Flowline()).parseArgs(command.split("\\s+"));
      assertTrue(result.hasSubcommand(), command);
    } catch (ParameterException e) {
      throw new AssertionError(command + ": " + e.getMessage(), e);
    }
  }

  @Test
  void everyCommandOfTheTableExists() throws IOException {
    List<String> named =
        firstColumn(MarkdownPage.of("docs/commands.md").section("## Commands"), "[a-z]+");
    List<String> existing =
        new ArrayList<>(Flowline.commandLine(new Flowline()).getSubcommands().keySet());
    assertEquals(existing, named);
  }

  @Test
  void theTableOfModelsIsWhole() throws IOException {
    List<String> named =
        firstColumn(
            MarkdownPage.of("docs/models.md").section("## The models"), "[a-z]+(?:-[a-z]+)?");
    assertEquals(Arrays.stream(ModelKind.values()).map(ModelKind::id).toList(), named);
  }

  @Test
  void theTableOfLayoutsIsWhole() throws IOException {
    List<String> named =
        firstColumn(MarkdownPage.of("docs/data.md").section("## Layouts"), "[a-z]+(?:-[a-z]+)?");
    List<String> layouts = Arrays.stream(Layout.values()).map(Layout::label).toList();
    assertEquals(Set.copyOf(layouts), Set.copyOf(named));
    assertEquals(layouts.size(), named.size());
  }

  private static List<String> firstColumn(String section, String name) {
    return Pattern.compile("(?m)^\\| `(" + name + ")` \\|")
        .matcher(section)
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  /** Every key of the answer, and nothing else, stands in the first column of its table. */
  @Test
  void theTablesOfJsonKeysAreWhole() throws IOException {
    MarkdownPage page = MarkdownPage.of("docs/commands.md");
    assertEquals(keys(CalibrationAnswer.class, ""), documentedKeys(page.section("### calibrate")));
    Set<String> drift = keys(DriftAnswer.class, "");
    drift.remove("drift");
    drift.addAll(keys(Drift.class, "drift."));
    assertEquals(drift, documentedKeys(page.section("### drift")));
    assertEquals(keys(ComparisonAnswer.class, ""), documentedKeys(page.section("### compare")));
    Set<String> acceptance = keys(AcceptanceResult.class, "");
    acceptance.addAll(keys(AppraiserResult.class, ""));
    assertEquals(acceptance, documentedKeys(page.section("### acceptance")));
    assertEquals(keys(Certificate.class, ""), documentedKeys(page.section("### certificate")));
    Set<String> detectability = keys(DetectabilityResult.class, "");
    detectability.addAll(keys(KindCurve.class, ""));
    detectability.addAll(Set.of(PodCurve.class.getAnnotation(JsonPropertyOrder.class).value()));
    detectability.addAll(keys(RealDefects.class, "real."));
    assertEquals(detectability, documentedKeys(page.section("### detectability")));
    Set<String> bench = documentedKeys(MarkdownPage.of("docs/bench.md").section("## The answer"));
    assertTrue(bench.containsAll(keys(BenchResult.class, "")), bench.toString());
    Set<String> tune = documentedKeys(MarkdownPage.of("docs/tune.md").section("## The answer"));
    assertEquals(keys(TuneResult.class, ""), tune);
    Set<String> line = keys(Inspection.class, "");
    line.addAll(Set.of("error", "imageUri"));
    assertEquals(line, documentedKeys(page.section("### inspect")));
  }

  private static Set<String> keys(Class<?> record, String before) {
    return Arrays.stream(record.getRecordComponents())
        .map(component -> before + key(component))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String key(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  private static Set<String> documentedKeys(String section) {
    return section
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" \\| ", 2)[0])
        .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
        .map(key -> key.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theInspectionOfThePageIsOne() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> blocks = MarkdownPage.of("docs/commands.md").blocks("json");
    assertEquals(1, blocks.size());
    ObjectNode line = (ObjectNode) json.readTree(blocks.get(0));
    assertTrue(line.remove("image").isTextual());
    Inspection inspection = Inspection.fromJson(line.toString());
    assertEquals(json.readTree(inspection.toJson()), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/data.md", "docs/drift.md"})
  void fragmentsOfJavaCompile(String page, @TempDir Path folder) throws IOException {
    List<String> fragments = MarkdownPage.of(page).blocks("java");
    assertFalse(fragments.isEmpty());
    for (String fragment : fragments) {
      compile(folder.resolve("Fragment.java"), SURROUNDINGS.formatted(fragment));
    }
  }

  @Test
  void theJavaProgramCompiles(@TempDir Path folder) throws IOException {
    compile(folder.resolve("Gate.java"), block("java"));
  }

  private static void compile(Path source, String text) throws IOException {
    Files.writeString(source, text);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(
            null,
            null,
            null,
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            source.getParent().toString(),
            source.toString());
    assertEquals(0, status, text);
  }

  /** The program in C inspects a black frame with an exported model, and answers as Java does. */
  @Test
  void theCProgramAnswersAsJavaDoes(@TempDir Path folder) throws Exception {
    Path source = folder.resolve("gate.c");
    Files.writeString(source, block("c"));
    Path program = folder.resolve("gate");
    String libraries = Path.of("target/native").toAbsolutePath().toString();
    run(
        "cc",
        "-std=c99",
        "-Wall",
        "-Werror",
        "-Isrc/main/native/include",
        source.toString(),
        "-L" + libraries,
        "-Wl,-rpath," + libraries,
        "-lflowline_inspect",
        "-lflowline",
        "-o",
        program.toString());
    Path exported = folder.resolve("part.onnx");
    Invocation export =
        Invocation.of(
            "export", SmallLine.model().toString(), "-o", exported.toString(), "--threads=1");
    assertEquals(0, export.exitCode(), export.err());
    Path black = folder.resolve("black.png");
    Images.writePng(black, Image.of8(480, 640, 1, new byte[480 * 640]));
    Invocation inspect =
        Invocation.of("inspect", SmallLine.model().toString(), black.toString(), "--threads=1");
    JsonNode wanted = Json.object(inspect.out());
    String out = run(program.toString(), exported.toString());
    Matcher got =
        Pattern.compile("verdict (\\d), log10 NFA (\\S+), (\\d+) regions\\s*").matcher(out);
    assertTrue(got.matches(), out);
    assertEquals(
        wanted.path("verdict").asText(), List.of("-", "GOOD", "DEFECT").get(number(got.group(1))));
    double value = wanted.at("/statistic/value").asDouble();
    assertEquals(value, Double.parseDouble(got.group(2)), 1e-3 * Math.max(1, Math.abs(value)));
    assertEquals(Math.min(8, wanted.path("regions").size()), Math.min(8, number(got.group(3))));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLOWLINE_ONNXRUNTIME", OnnxLibrary.file().toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out);
    return out;
  }

  private static String block(String language) throws IOException {
    return MarkdownPage.of("README.md").blocks(language).get(0);
  }
}
