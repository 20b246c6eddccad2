package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Test;

class NativesTest {
  @Test
  void libflowlineLoads() {
    assertEquals("0.1.0", LibFlowline.flowline_version());
  }

  @Test
  void libtorchLoads() {
    Natives.load();
    assertEquals(6.0, org.bytedeco.pytorch.global.torch.ones(2, 3).sum().item_double());
  }
}
