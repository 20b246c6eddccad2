package dev.flowline.cli;

import dev.flowline.cli.doctor.Diagnosis;
import dev.flowline.cli.doctor.Finding;
import dev.flowline.io.OneLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reports what of Flowline works on this machine, what does not, why, and how to fix it. */
@Command(
    name = "doctor",
    description = "Check JDK, natives, threads and CUDA; report what is wrong and how to fix it.",
    footer = {"", "The exit code is 1 if something that inspection on a CPU needs does not work."})
final class DoctorCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description =
          "Model files to check: whether they are whole, and whether they hold a program.")
  private List<Path> models = List.of();

  @Mixin private ThreadsOption threads;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Diagnosis diagnosis = Diagnosis.ofThisMachine(Version.ofFlowline(), threads.given(), models);
    common.print(diagnosis, out -> print(out, diagnosis));
    return diagnosis.healthy() ? Flowline.SUCCESS : Flowline.FAILURE;
  }

  private static void print(PrintWriter out, Diagnosis diagnosis) {
    int width = diagnosis.findings().stream().mapToInt(f -> f.name().length()).max().orElse(1);
    String row = "%-8s %-" + width + "s %s%n";
    String below = "%" + (9 + width) + "s %s: %s%n";
    for (Finding finding : diagnosis.findings()) {
      out.printf(row, finding.status(), finding.name(), OneLine.of(finding.found()));
      if (finding.why() != null) {
        out.printf(below, "", "why", " " + OneLine.of(finding.why()));
      }
      if (finding.fix() != null) {
        out.printf(below, "", "fix", " " + finding.fix());
      }
    }
    out.println(diagnosis.summary());
  }
}
