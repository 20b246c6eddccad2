package dev.flowline.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.NativeCache;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NativesCheckTest {
  private static final String TORCH_OK = "probe-begin\tlibtorch\nprobe-ok\tlibtorch\tcomputes\n";

  @Test
  void theRealNatives() {
    List<Finding> findings = NativesCheck.inAChildJvm(null).findings();
    assertEquals(6, findings.size());
    findings.forEach(f -> assertEquals(Status.OK, f.status(), f.toString()));
    for (String library :
        List.of("libtorch_cpu", "libopencv_core", "libonnxruntime", "libflowline_inspect")) {
      assertTrue(findings.toString().contains("/" + library + ".so"), library + ": " + findings);
    }
  }

  /** ONNX Runtime by itself would copy its libraries to the temporary folder at each start. */
  @Test
  void onnxRuntimeIsLoadedFromTheCache() {
    Finding found = NativesCheck.inAChildJvm(null).findings().get(4);
    assertEquals("onnxruntime", found.name());
    assertTrue(found.found().contains("from " + NativeCache.folder() + "/"), found.toString());
  }

  @Test
  void aLibraryThatIsNotLoadedHasProvedNothing() {
    var e = assertThrows(IllegalStateException.class, () -> NativesProbe.mapped("libno_such"));
    assertEquals("libno_such is not loaded", e.getMessage());
  }

  @Test
  void settingsThatContradictEachOtherAreAWarning() {
    String rest = "probe-ok\topencv\tdecodes\nprobe-ok\tlibflowline\t1.0.0\n";
    String said = "java.lang.IllegalStateException: OpenBLAS has 1, LibTorch 2: unset the variable";
    Finding settings =
        findings(0, TORCH_OK + rest + "probe-failed\tsettings\t" + said + "\n").get(3);
    assertEquals(Status.WARNING, settings.status());
    assertEquals("OpenBLAS has 1, LibTorch 2", settings.found());
    assertEquals("unset the variable", settings.fix());
  }

  @Test
  void withoutADeviceABuildWithCudaIsNotIll() {
    String said = "java.lang.IllegalStateException: no driver that answers";
    String rest = "probe-ok\topencv\tdecodes\nprobe-ok\tlibflowline\t1.0.0\n";
    List<Finding> findings = findings(0, TORCH_OK + rest + "probe-failed\tcuda\t" + said + "\n");
    assertEquals(Status.WARNING, findings.get(3).status());
    assertEquals("no driver that answers", findings.get(3).why());
    assertTrue(Diagnosis.of("1", List.of(() -> findings)).healthy());
    findings(0, TORCH_OK + rest + "probe-ok\tcuda\tCUDA device 0, NVIDIA H200\n").stream()
        .map(Finding::status)
        .forEach(status -> assertEquals(Status.OK, status));
  }

  @Test
  void aMachineWithoutTheLibrariesOfExportsInspectsAllTheSame() {
    String said = "java.lang.IllegalStateException: this build has none";
    String rest = "probe-ok\topencv\tdecodes\nprobe-ok\tlibflowline\t1.0.0\n";
    for (String part : List.of("onnxruntime", "libflowline_inspect")) {
      List<Finding> findings =
          findings(0, TORCH_OK + rest + "probe-failed\t" + part + "\t" + said + "\n");
      assertEquals(Status.WARNING, findings.get(3).status());
      assertEquals("this build has none", findings.get(3).why());
      assertTrue(Diagnosis.of("1", List.of(() -> findings)).healthy());
    }
  }

  /** What helps against one failure of ONNX Runtime does not help against another. */
  @Test
  void theFixOfALibraryOfExportsFollowsFromItsFailure() {
    assertEquals(
        "put com.microsoft.onnxruntime:onnxruntime on the class path",
        fix("onnxruntime", "ONNX Runtime is not there: X must be on the class path"));
    assertTrue(
        fix("onnxruntime", "ONNX Runtime computed a sum of 8 instead of 9").contains("cache"));
    assertTrue(fix("libflowline_inspect", "libflowline_inspect is not loaded").contains("cache"));
    String missing =
        fix("libflowline_inspect", "this build has none, as nlohmann/json.hpp was missing");
    assertTrue(missing.contains("nlohmann/json (Debian and Ubuntu: nlohmann-json3-dev)"), missing);
  }

  private static String fix(String part, String why) {
    String rest = "probe-ok\topencv\tdecodes\nprobe-ok\tlibflowline\t1.0.0\n";
    String said = "probe-failed\t" + part + "\tjava.lang.IllegalStateException: " + why + "\n";
    return findings(0, TORCH_OK + rest + said).get(3).fix();
  }

  @Test
  void aCrashIsPutDownToThePartThatWasBeingLoaded() {
    List<Finding> findings = findings(139, TORCH_OK + "probe-begin\topencv\n# SIGSEGV\n");
    assertEquals(
        List.of(Status.OK, Status.FAILURE, Status.FAILURE),
        findings.stream().map(Finding::status).toList());
    assertEquals("the child JVM died: SIGSEGV", findings.get(1).found());
    assertEquals("not tried", findings.get(2).found());
  }

  @Test
  void anOldCLibraryIsNamed() {
    String said = "UnsatisfiedLinkError: version `GLIBC_2.34' not found";
    Finding torch =
        findings(1, "probe-begin\tlibtorch\nprobe-failed\tlibtorch\t" + said + "\n").get(0);
    assertEquals(said, torch.found());
    assertTrue(torch.why().contains("C library"), torch.why());
  }

  @Test
  void aWordThatNamesNoInstructionsIsNamed() {
    String said =
        "java.lang.IllegalArgumentException: FLOWLINE_INSTRUCTION_SET must be one of best, baseline"
            + " on this processor, got sse9";
    Finding torch =
        findings(1, "probe-begin\tlibtorch\nprobe-failed\tlibtorch\t" + said + "\n").get(0);
    assertEquals(said, torch.found());
    assertEquals("unset FLOWLINE_INSTRUCTION_SET, or set it to one of these words", torch.fix());
  }

  @Test
  void aJvmThatDoesNotStart() {
    List<Finding> findings = findings(1, "Error: could not reserve memory\n");
    assertTrue(findings.get(0).why().contains("could not reserve"), findings.get(0).why());
    assertEquals(Status.FAILURE, new NativesCheck(Optional::empty).findings().get(0).status());
  }

  private static List<Finding> findings(int exitCode, String output) {
    return new NativesCheck(() -> Optional.of(new Command(exitCode, output))).findings();
  }
}
