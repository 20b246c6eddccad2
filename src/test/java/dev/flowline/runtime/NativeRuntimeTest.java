package dev.flowline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.tensor.TensorScope;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeRuntimeTest {
  @AfterEach
  void oneThreadAgain() {
    NativeRuntime.setThreads(1);
    NativeRuntime.load();
  }

  @Test
  void librariesAgreeOnTheNumberOfThreads() {
    NativeRuntime.setThreads(2);
    assertEquals(2, NativeRuntime.threads());
    assertEquals(List.of(), NativeRuntime.check());
    assertEquals(2, torch.get_num_threads());
  }

  @Test
  void aThreadThatHasComputedBeforeFollows() throws Exception {
    NativeRuntime.setThreads(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertEquals(1, other.submit(NativeRuntimeTest::threadsInAScope).get());
      NativeRuntime.setThreads(2);
      assertEquals(2, other.submit(NativeRuntimeTest::threadsInAScope).get());
    } finally {
      other.shutdown();
    }
  }

  private static int threadsInAScope() {
    try (TensorScope scope = TensorScope.open()) {
      torch.ones(8, 8).sum();
      return torch.get_num_threads();
    }
  }

  @Test
  void aNumberOfThreadsSetPastItIsReported() {
    NativeRuntime.setThreads(2);
    NativeRuntime.load();
    torch.set_num_threads(3);
    assertOneFinding("LibTorch's number of threads is 3 on this thread, and Flowline's is 2: ");
    NativeRuntime.setThreads(2);
    openblas.blas_set_num_threads(1);
    assertOneFinding("OpenBLAS's number of threads is 1, and Flowline's is 2: ");
  }

  private static void assertOneFinding(String beginning) {
    List<String> findings = NativeRuntime.check();
    assertEquals(1, findings.size(), findings.toString());
    assertTrue(findings.get(0).startsWith(beginning), findings.toString());
  }

  @Test
  void noThreadsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> NativeRuntime.setThreads(0));
  }
}
