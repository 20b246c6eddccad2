package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  @Test
  void hyperThreadsAreNoCores() {
    assertEquals(4, Processors.cores(cpuInfo(8, 2, 2)));
    assertEquals(8, Processors.cores(cpuInfo(8, 1, 8)));
  }

  @Test
  void whereCoresAreNotToldEveryProcessorIsOne() {
    assertEquals(
        2, Processors.cores(List.of("processor\t: 0", "BogoMIPS\t: 50", "", "processor\t: 1")));
    assertEquals(1, Processors.cores(List.of()));
  }

  @Test
  void thisMachine() {
    assertTrue(Processors.cores() >= 1);
    assertTrue(Processors.defaultThreads() >= 1);
  }

  private static List<String> cpuInfo(int processors, int sockets, int coresPerSocket) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < processors; i++) {
      lines.add("processor\t: " + i);
      lines.add("physical id\t: " + i % sockets);
      lines.add("core id\t\t: " + i / sockets % coresPerSocket);
      lines.add("");
    }
    return lines;
  }
}
