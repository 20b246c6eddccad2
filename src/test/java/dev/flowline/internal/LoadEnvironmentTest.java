package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Surefire sets OMP_NUM_THREADS and OPENBLAS_NUM_THREADS to 1, and none of the others. */
class LoadEnvironmentTest {
  @BeforeEach
  void unset() {
    LibC.unsetenv("OPENBLAS_NUM_THREADS");
    LibC.unsetenv("GOMP_SPINCOUNT");
    LibC.unsetenv("OMP_WAIT_POLICY");
    LibC.unsetenv("OPENBLAS_THREAD_TIMEOUT");
    LibC.setenv("OMP_NUM_THREADS", "1", 1);
  }

  @AfterEach
  void restore() {
    LibC.setenv("OPENBLAS_NUM_THREADS", "1", 1);
    LibC.unsetenv("OMP_WAIT_POLICY");
    LibC.unsetenv("OPENBLAS_THREAD_TIMEOUT");
  }

  @Test
  void whatIsUnsetIsSetWhileLibrariesAreLoaded() {
    try (var environment = new LoadEnvironment(3, false)) {
      assertEquals("3", LibC.getenv("OPENBLAS_NUM_THREADS"));
      assertEquals("1000", LibC.getenv("GOMP_SPINCOUNT"));
      assertEquals("4", LibC.getenv("OPENBLAS_THREAD_TIMEOUT"));
      assertEquals("SILENT", LibC.getenv("OPENCV_LOG_LEVEL"));
    }
    assertNull(LibC.getenv("OPENBLAS_NUM_THREADS"));
    assertNull(LibC.getenv("GOMP_SPINCOUNT"));
    assertNull(LibC.getenv("OPENBLAS_THREAD_TIMEOUT"));
    assertNull(LibC.getenv("OPENCV_LOG_LEVEL"));
  }

  @Test
  void theUsersOwnSettingsWin() {
    LibC.setenv("OMP_WAIT_POLICY", "ACTIVE", 1);
    LibC.setenv("OPENBLAS_THREAD_TIMEOUT", "26", 1);
    try (var environment = new LoadEnvironment(3, false)) {
      assertEquals("1", LibC.getenv("OMP_NUM_THREADS"));
      assertNull(LibC.getenv("GOMP_SPINCOUNT"));
      assertEquals("26", LibC.getenv("OPENBLAS_THREAD_TIMEOUT"));
    }
    assertEquals("26", LibC.getenv("OPENBLAS_THREAD_TIMEOUT"));
  }

  @Test
  void theProgramsNumberOfThreadsGoesBeforeTheUsersAndIsPutBack() {
    try (var environment = new LoadEnvironment(3, true)) {
      assertEquals("3", LibC.getenv("OMP_NUM_THREADS"));
    }
    assertEquals("1", LibC.getenv("OMP_NUM_THREADS"));
  }
}
