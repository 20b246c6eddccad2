package dev.flowline.cli.doctor;

import dev.flowline.internal.InstructionSet;
import dev.flowline.runtime.FreshJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The check of LibTorch, OpenCV, libflowline, ONNX Runtime, libflowline_inspect, CUDA and their
 * threads. A child JVM loads and uses each.
 */
record NativesCheck(Supplier<Optional<Command>> probe) implements Check {
  private static final long SECONDS = 120;
  private static final List<String> PARTS = List.of("libtorch", "opencv", "libflowline");
  private static final Map<Integer, String> SIGNALS =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11, "SIGSEGV");

  /**
   * @param threads the number of threads to load them with; null for the default
   */
  static NativesCheck inAChildJvm(Integer threads) {
    List<String> command =
        FreshJvm.command(
            List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"),
            NativesProbe.class.getName(),
            threads == null ? List.of() : List.of(threads.toString()));
    return new NativesCheck(() -> Command.run(SECONDS, command));
  }

  @Override
  public List<Finding> findings() {
    Optional<Command> ended = probe.get();
    if (ended.isEmpty()) {
      return List.of(
          Finding.failure(
              "natives",
              "no answer from a child JVM within " + SECONDS + " s",
              "it did not start, or it hangs",
              "see 'native cache' above; run doctor again when the machine is less busy"));
    }
    return findings(ended.get());
  }

  private static List<Finding> findings(Command ended) {
    Map<String, String> said = new TreeMap<>();
    Map<String, Boolean> worked = new TreeMap<>();
    for (String line : ended.output().split("\\R")) {
      String[] words = line.split("\t", 3);
      if (words.length == 3) {
        said.put(words[1], words[2]);
        worked.put(words[1], words[0].equals(NativesProbe.OK));
      } else if (words.length == 2 && words[0].equals(NativesProbe.BEGIN)) {
        said.put(words[1], "the child JVM died: " + cause(ended.exitCode()));
        worked.put(words[1], false);
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (String part : PARTS) {
      findings.add(finding(part, said.get(part), worked.getOrDefault(part, false), ended));
    }
    String settings = said.get(NativesProbe.SETTINGS);
    if (settings != null) {
      findings.add(settings(settings, worked.get(NativesProbe.SETTINGS)));
    }
    for (String part : List.of(NativesProbe.ONNX_RUNTIME, NativesProbe.INSPECT)) {
      if (said.containsKey(part)) {
        findings.add(forExports(part, said.get(part), worked.get(part)));
      }
    }
    String cuda = said.get(NativesProbe.CUDA); // of a build with CUDA only
    if (cuda != null) {
      findings.add(cuda(cuda, worked.get(NativesProbe.CUDA)));
    }
    return findings;
  }

  /** The probe reports the contradiction, a colon, and the fix. */
  private static Finding settings(String said, boolean worked) {
    if (worked) {
      return Finding.ok("native settings", said);
    }
    String[] parts = withoutException(said).split(": ", 2);
    return Finding.warning(
        "native settings", parts[0], "inspections are slower than they can be", parts[1]);
  }

  /** A part that inspections by LibTorch do not need. */
  private static Finding forExports(String part, String said, boolean worked) {
    return worked
        ? Finding.ok(part, said)
        : Finding.warning(
            part,
            "cannot be used: models cannot be exported and verified with it",
            withoutException(said),
            fixForExports(said));
  }

  private static String fixForExports(String said) {
    if (said.contains("ONNX Runtime is not there")) {
      return "put com.microsoft.onnxruntime:onnxruntime on the class path";
    }
    if (said.contains("nlohmann/json.hpp")) {
      return "install the header of nlohmann/json (Debian and Ubuntu: nlohmann-json3-dev) and build"
          + " Flowline again";
    }
    return fix(said);
  }

  private static Finding cuda(String said, boolean worked) {
    return worked
        ? Finding.ok("cuda", said)
        : Finding.warning(
            "cuda",
            "cannot be used: everything runs on the CPU",
            withoutException(said),
            "see 'cuda device'; install CUDA 13, cuDNN 9 and NCCL 2");
  }

  /** The probe reports a failure as the exception prints itself. */
  private static String withoutException(String said) {
    return said.replaceFirst("^[\\w.]+(Exception|Error): ", "");
  }

  private static Finding finding(String part, String said, boolean worked, Command ended) {
    if (said == null) {
      return Finding.failure(
          part,
          "not tried",
          "the child JVM ended before it: " + lastLine(ended.output()),
          "first fix what is wrong above");
    }
    return worked ? Finding.ok(part, said) : Finding.failure(part, said, why(said), fix(said));
  }

  private static String why(String said) {
    if (said.contains("GLIBC")) {
      return "the C library of this system is older than the natives need";
    }
    if (said.contains("died")) {
      return "it crashes: another version of the library is on the linker's path,"
          + " the native cache is damaged, or the processor lacks an instruction";
    }
    if (said.contains("no jni") || said.contains("not supported")) {
      return "the class path has no natives for this platform";
    }
    if (said.contains(InstructionSet.VARIABLE)) {
      return "nothing that computes starts with this word";
    }
    return "it does not load, or it computes a wrong result";
  }

  private static String fix(String said) {
    if (said.contains("GLIBC")) {
      return "see 'glibc' above";
    }
    if (said.contains(InstructionSet.VARIABLE)) {
      return "unset " + InstructionSet.VARIABLE + ", or set it to one of these words";
    }
    return "unset LD_LIBRARY_PATH and LD_PRELOAD, see 'system libtorch', and delete the native"
        + " cache, which the next start fills again";
  }

  private static String cause(int exitCode) {
    String signal = SIGNALS.get(exitCode - 128);
    return signal == null ? "exit code " + exitCode : signal;
  }

  private static String lastLine(String output) {
    String[] lines = output.strip().split("\\R");
    return lines[lines.length - 1];
  }
}
