package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.truth.Shape.Scale;
import dev.flowline.tensor.NativeView;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;

/** Latents of some images in native memory, drawn again and again. */
final class Batch implements AutoCloseable {
  private final Shape shape;
  private final int images;
  private final float[][] image; // of which one is drawn
  private final List<FloatPointer> owned = new ArrayList<>();
  private final List<FloatBuffer> buffers = new ArrayList<>();
  private final List<NativeView> views = new ArrayList<>();

  Batch(Shape shape, int images) {
    this.shape = shape;
    this.images = images;
    image = shape.image();
    for (Scale scale : shape.scales()) {
      FloatPointer pointer = new FloatPointer((long) images * scale.values());
      long[] dimensions = {images, scale.channels(), scale.height(), scale.width()};
      owned.add(pointer);
      buffers.add(pointer.asBuffer());
      views.add(NativeView.cpu(pointer.address(), dimensions, pointer));
    }
  }

  /** Good images; these very views, with what is drawn next in them then. */
  List<NativeView> draw(NoiseField noise, SplittableRandom random) {
    for (int i = 0; i < images; i++) {
      noise.fill(random, shape, image);
      put(i);
    }
    return views;
  }

  /** Images with a defect each. */
  List<NativeView> draw(NoiseField noise, PlantedDefect defect, SplittableRandom random) {
    for (int i = 0; i < images; i++) {
      noise.fill(random, shape, image);
      defect.plant(random, shape, image);
      put(i);
    }
    return views;
  }

  List<NativeView> views() {
    return views;
  }

  private void put(int i) {
    for (int l = 0; l < image.length; l++) {
      buffers.get(l).put(i * image[l].length, image[l]);
    }
  }

  @Override
  public void close() {
    owned.forEach(FloatPointer::close);
  }
}
