package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.ConstantMemory;
import dev.flowline.tensor.Device;

/** A region law as libflowline reads it. */
final class NativeLaw implements AutoCloseable {
  private final LibFlowline.RegionLaw structure;
  private final ConstantMemory levels;
  private final ConstantMemory log10Pfa;

  NativeLaw(RegionLaw law, Device device) {
    levels = ConstantMemory.of(device, law.levels());
    try {
      log10Pfa = ConstantMemory.of(device, law.table());
    } catch (RuntimeException | Error e) {
      levels.close();
      throw e;
    }
    structure = new LibFlowline.RegionLaw().retainReference();
    structure.classes(law.classes()).knots(law.levels().length);
    structure.level(levels.address()).log10_pfa(log10Pfa.address());
    structure.height(law.mapHeight()).width(law.mapWidth());
  }

  LibFlowline.RegionLaw structure() {
    return structure;
  }

  @Override
  public void close() {
    structure.close();
    levels.close();
    log10Pfa.close();
  }
}
