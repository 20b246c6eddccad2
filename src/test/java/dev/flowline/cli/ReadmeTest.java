package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the README shows is what there is. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path MODELS = Path.of("docs/models.md");

  @Test
  void everyCommandParses() throws IOException {
    List<String> commands = new ArrayList<>();
    String text = Files.readString(README) + Files.readString(MODELS);
    String joined = text.replaceAll("\\\\\\n\\s*", "");
    Matcher line = Pattern.compile("(?m)^\\s*\\./flowline (.*)$").matcher(joined);
    while (line.find()) {
      commands.add(line.group(1).replaceAll("\\s+#.*$", "").strip());
    }
    assertTrue(commands.size() >= 7, commands.toString());
    for (String command : commands) {
      if (!command.matches("test|build --cuda")) { // the launcher's
        assertParses(command.replace("'", ""));
      }
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

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/models.md"})
  void nothingIsLeftOpen(Path page) throws IOException {
    String text = Files.readString(page);
    assertFalse(text.contains("@@"), "an unfilled mark");
    Matcher link = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)").matcher(text);
    while (link.find()) {
      Path target = page.resolveSibling(link.group(1));
      assertTrue(Files.exists(target), "no file " + target);
    }
  }

  @Test
  void everyCommandOfTheTableExists() throws IOException {
    Matcher row = Pattern.compile("(?m)^\\| `([a-z]+)` \\|").matcher(commandsSection());
    List<String> named = new ArrayList<>();
    while (row.find()) {
      named.add(row.group(1));
    }
    List<String> existing =
        new ArrayList<>(Flowline.commandLine(new Flowline()).getSubcommands().keySet());
    assertEquals(existing, named);
  }

  private static String commandsSection() throws IOException {
    String readme = Files.readString(README);
    int from = readme.indexOf("## The commands");
    return readme.substring(from, readme.indexOf("### Datasets", from));
  }

  @Test
  void theJavaProgramCompiles(@TempDir Path folder) throws IOException {
    Path source = folder.resolve("Gate.java");
    Files.writeString(source, block("java"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(
            null,
            null,
            null,
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString(),
            source.toString());
    assertEquals(0, status);
  }

  @Test
  void theCProgramFindsItsDefect(@TempDir Path folder) throws Exception {
    Path source = folder.resolve("program.c");
    Files.writeString(source, block("c"));
    Path program = folder.resolve("program");
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
        "-lflowline",
        "-o",
        program.toString());
    String out = run(program.toString());
    assertTrue(out.startsWith("defect, log10NFA -"), out);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out);
    return out;
  }

  private static String block(String language) throws IOException {
    Matcher block =
        Pattern.compile("(?s)```" + language + "\\n(.*?)```").matcher(Files.readString(README));
    assertTrue(block.find());
    return block.group(1);
  }
}
