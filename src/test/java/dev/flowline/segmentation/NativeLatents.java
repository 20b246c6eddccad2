package dev.flowline.segmentation;

import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** Latents in native memory, as a flow would leave them. */
final class NativeLatents implements AutoCloseable {
  private final List<FloatPointer> owned = new ArrayList<>();
  private final List<NativeView> views = new ArrayList<>();

  NativeLatents add(float[] values, long... shape) {
    FloatPointer pointer = new FloatPointer(values.length);
    pointer.put(values);
    owned.add(pointer);
    views.add(NativeView.cpu(pointer.address(), shape, pointer));
    return this;
  }

  List<NativeView> views() {
    return views;
  }

  @Override
  public void close() {
    owned.forEach(FloatPointer::close);
  }
}
