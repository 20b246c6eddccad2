package dev.flowline;

import dev.flowline.internal.Natives;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Programs of the test's class path in a process of their own. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * A process that is not yet started, with standard error merged into standard output.
   *
   * @param largestFileKib no file that it writes may grow beyond it; 0 for no limit
   * @param flags of the virtual machine
   */
  public static ProcessBuilder of(
      Class<?> main, int largestFileKib, List<String> flags, String... arguments) {
    Natives.load(); // extracts what the child could not within its limit
    List<String> command = new ArrayList<>();
    if (largestFileKib > 0) {
      command.addAll(
          List.of("bash", "-c", "ulimit -f " + largestFileKib + "; exec \"$@\"", "limited"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:-UsePerfData");
    command.add("-Djava.library.path=" + System.getProperty("java.library.path", ""));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /**
   * A process without some of the class path.
   *
   * @param without words in the names of the entries to leave out
   */
  public static ProcessBuilder without(List<String> without, Class<?> main) {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String rest =
        Arrays.stream(path.split(File.pathSeparator))
            .filter(entry -> without.stream().noneMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(java, "-XX:-UsePerfData", "-cp", rest, main.getName())
        .redirectErrorStream(true);
  }

  /** Its exit code and all that it printed. */
  public record Outcome(int exitCode, String output) {}

  public static Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.waitFor(), output);
  }
}
