package dev.flowline.cli.doctor;

import static dev.flowline.cli.doctor.Status.FAILURE;
import static dev.flowline.cli.doctor.Status.OK;
import static dev.flowline.cli.doctor.Status.WARNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks in environments that are not well. */
class ChecksTest {
  @Test
  void jdk() {
    assertStatus(FAILURE, new JdkCheck(11, "11.0.2", "Debian", "home"));
    assertStatus(OK, new JdkCheck(17, "17.0.15", "Debian", "home"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "glibc 2.36 | OK",
        "glibc 2.35 | OK",
        "glibc 2.34 | FAILURE",
        "glibc 3.0 | OK",
        "ldd (Ubuntu GLIBC 2.31-0ubuntu9.9) 2.31 | FAILURE",
        "ldd (GNU libc) 2.39 | OK",
        "musl libc (x86_64) | FAILURE",
        " | WARNING"
      })
  void glibc(String libc, Status expected) {
    List<Finding> findings = new PlatformCheck("Linux", "amd64", libc).findings();
    assertEquals(OK, findings.get(0).status());
    assertExplained(expected, findings.get(1));
  }

  @Test
  void platform() {
    assertExplained(FAILURE, new PlatformCheck("Linux", "aarch64", "glibc 2.36").findings().get(0));
  }

  @Test
  void cache(@TempDir Path folder) throws Exception {
    assertStatus(OK, new CacheCheck(folder.resolve("not/yet/there"), 1));
    assertStatus(OK, new CacheCheck(folder, 1));
    assertStatus(FAILURE, new CacheCheck(folder, Long.MAX_VALUE));
    Files.createFile(folder.resolve("lib"));
    assertStatus(WARNING, new CacheCheck(folder, Long.MAX_VALUE));
    assertStatus(FAILURE, new CacheCheck(folder.resolve("lib"), 1));
  }

  @Test
  void cacheThatCannotBeWritten() {
    // Not even root writes there; permissions alone would not stop a test that runs as root.
    assertStatus(FAILURE, new CacheCheck(Path.of("/proc/flowline"), 1));
  }

  @Test
  void systemLibTorch() {
    String line =
        "\tlibtorch_cpu.so.1.13 (libc6,x86-64) => /lib/x86_64-linux-gnu/libtorch_cpu.so.1.13\n";
    Finding installed = assertStatus(OK, new SystemLibTorchCheck(line, List.of()));
    assertTrue(installed.found().contains("libtorch_cpu.so.1.13"), installed.found());
    assertStatus(OK, new SystemLibTorchCheck("\tlibtorrent.so.2 (libc6) => /x\n", List.of()));
    assertStatus(
        WARNING, new SystemLibTorchCheck("", List.of("LD_LIBRARY_PATH=/opt/libtorch/lib")));
  }

  @Test
  void threads() {
    assertStatus(OK, new ThreadsCheck(4, 2, null, null, null));
    assertStatus(OK, new ThreadsCheck(4, 2, null, "4,1", "1"));
    assertStatus(WARNING, new ThreadsCheck(4, 2, null, "8", null));
    assertStatus(WARNING, new ThreadsCheck(4, 2, null, null, "many"));
    assertStatus(OK, new ThreadsCheck(4, 2, 4, null, null));
    assertStatus(WARNING, new ThreadsCheck(4, 2, 8, null, null));
  }

  @Test
  void cpu() {
    assertStatus(OK, new CpuCheck("Xeon", Set.of("avx2", "avx512f")));
    assertStatus(WARNING, CpuCheck.of(List.of("model name\t: Atom", "flags\t\t: sse2 ssse3")));
    assertStatus(WARNING, CpuCheck.of(List.of()));
  }

  @Test
  void cuda() {
    assertEquals(List.of(WARNING, OK, WARNING), statuses(new CudaCheck(null, null, false)));
    assertEquals(
        List.of(OK, WARNING, OK), statuses(new CudaCheck("H200, 580, 141 GiB", "13.0", false)));
    assertEquals(List.of(OK, OK, OK), statuses(new CudaCheck("H200", "13.0", true)));
  }

  @Test
  void weights(@TempDir Path folder) throws Exception {
    assertStatus(OK, new WeightsCheck(null));
    assertStatus(WARNING, new WeightsCheck(folder.toString()));
    assertStatus(WARNING, new WeightsCheck(folder.resolve("absent").toString()));
    assertStatus(WARNING, new WeightsCheck("no\0path"));
    Files.createFile(folder.resolve("resnet18.pth"));
    assertTrue(assertStatus(OK, new WeightsCheck(folder.toString())).found().contains("resnet18"));
  }

  @Test
  void onlyAFailureIsUnhealthy() {
    Check warning = () -> List.of(Finding.warning("a", "b", "c", "d"));
    Check failure = () -> List.of(Finding.failure("a", "b", "c", "d"));
    assertTrue(Diagnosis.of("1", List.of(warning)).healthy());
    Diagnosis ill = Diagnosis.of("1", List.of(warning, failure));
    assertEquals("Inspection does not work on this machine: 1 failure, 1 warning.", ill.summary());
  }

  private static List<Status> statuses(Check check) {
    return check.findings().stream().map(Finding::status).toList();
  }

  private static Finding assertStatus(Status expected, Check check) {
    assertEquals(1, check.findings().size());
    return assertExplained(expected, check.findings().get(0));
  }

  private static Finding assertExplained(Status expected, Finding finding) {
    assertEquals(expected, finding.status(), finding.toString());
    if (expected != OK) {
      assertNotNull(finding.why());
      assertNotNull(finding.fix());
    }
    return finding;
  }
}
