package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.ConstantMemory;
import dev.flowline.tensor.Device;
import java.util.ArrayList;
import java.util.List;

/** A region law as libflowline reads it. */
final class NativeLaw implements AutoCloseable {
  private final LibFlowline.RegionLaw structure;
  private final ConstantMemory levels;
  private final ConstantMemory log10Pfa;
  private final ConstantMemory baselineLog10Pfa; // null unless the law is relative

  NativeLaw(RegionLaw law, Device device) {
    List<ConstantMemory> made = new ArrayList<>();
    try {
      made.add(ConstantMemory.of(device, law.levels()));
      made.add(ConstantMemory.of(device, law.table()));
      made.add(law.isRelative() ? ConstantMemory.of(device, law.baselineTable()) : null);
    } catch (RuntimeException | Error e) {
      made.forEach(ConstantMemory::close);
      throw e;
    }
    levels = made.get(0);
    log10Pfa = made.get(1);
    baselineLog10Pfa = made.get(2);
    structure = new LibFlowline.RegionLaw().retainReference();
    structure.classes(law.classes()).knots(law.levels().length);
    structure.level(levels.address()).log10_pfa(log10Pfa.address());
    structure.height(law.mapHeight()).width(law.mapWidth());
    if (baselineLog10Pfa != null) {
      structure.baseline(law.baseline()).baseline_exponent(law.baselineExponent());
      structure.baseline_log10_pfa(baselineLog10Pfa.address());
    }
  }

  LibFlowline.RegionLaw structure() {
    return structure;
  }

  @Override
  public void close() {
    structure.close();
    levels.close();
    log10Pfa.close();
    if (baselineLog10Pfa != null) {
      baselineLog10Pfa.close();
    }
  }
}
