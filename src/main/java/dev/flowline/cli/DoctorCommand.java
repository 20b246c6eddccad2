package dev.flowline.cli;

import dev.flowline.cli.doctor.Diagnosis;
import dev.flowline.cli.doctor.Finding;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells what of Flowline works on this machine, what does not, why, and how to mend it. */
@Command(
    name = "doctor",
    description = "Check JDK, natives, threads and CUDA; tell what is wrong and how to mend it.",
    footer = {"", "Exits with 1 where something is broken that inspection on a CPU needs."})
final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Diagnosis diagnosis = Diagnosis.ofThisMachine(Version.ofFlowline(), common.wantedThreads());
    common.print(diagnosis, out -> print(out, diagnosis));
    return diagnosis.healthy() ? Flowline.SUCCESS : Flowline.FAILURE;
  }

  private static void print(PrintWriter out, Diagnosis diagnosis) {
    for (Finding finding : diagnosis.findings()) {
      out.printf("%-8s %-16s %s%n", finding.status(), finding.name(), finding.found());
      if (finding.why() != null) {
        out.printf("%25s why:  %s%n", "", finding.why());
      }
      if (finding.mend() != null) {
        out.printf("%25s mend: %s%n", "", finding.mend());
      }
    }
    out.println(diagnosis.summary());
  }
}
