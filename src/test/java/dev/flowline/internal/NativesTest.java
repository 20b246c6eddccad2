package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class NativesTest {
  @Test
  void libflowlineLoads() {
    assertTrue(LibFlowline.flowline_version().matches("\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void libtorchLoadsAndComputes() {
    Natives.load();
    assertEquals(6.0, torch.ones(2, 3).sum().item_double());
  }
}
