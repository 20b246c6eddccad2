package dev.flowline.io;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The memory with which libflowline preprocesses an image, for one thread at a time.
 *
 * <p>One that is idle serves the next thread that needs one, so that there are as many as images
 * were ever preprocessed at once. None is closed.
 */
final class FramePreprocessor {
  private static final ConcurrentLinkedDeque<FramePreprocessor> IDLE =
      new ConcurrentLinkedDeque<>();

  /** The bytes of an image that stay for the next one. */
  private static final long KEPT_BYTES = 64L << 20;

  private final LibFlowline.Context context = new LibFlowline.Context();
  private final NativeFrame frame = new NativeFrame();
  private final LibFlowline.Preprocessing preprocessing =
      new LibFlowline.Preprocessing().retainReference();
  private FloatPointer input = new FloatPointer(); // null until a buffer is not native memory

  private FramePreprocessor() {
    FlowlineException.check(LibFlowline.flowline_context_create(null, context));
  }

  /**
   * Writes the input of an image from the buffer's position on, which stays where it is.
   *
   * @param out has room for it
   */
  static void preprocess(Image image, Preprocessing to, FloatBuffer out) {
    FramePreprocessor idle = IDLE.pollFirst();
    FramePreprocessor one = idle == null ? new FramePreprocessor() : idle;
    try {
      one.write(image, to, out);
    } finally {
      IDLE.addFirst(one);
    }
  }

  private void write(Image image, Preprocessing to, FloatBuffer out) {
    describe(to);
    LibFlowline.Frame described = frame.of(image);
    int length = to.inputLength();
    if (out.isDirect() && !out.isReadOnly() && out.order() == ByteOrder.nativeOrder()) {
      run(described, new FloatPointer(out.slice())); // which begins at the position
    } else {
      if (input.capacity() < length) {
        input.close();
        input = new FloatPointer(length).<FloatPointer>retainReference();
      }
      run(described, input);
      out.duplicate().put(input.asBuffer().limit(length));
    }
    frame.keep(KEPT_BYTES);
  }

  private void run(LibFlowline.Frame image, FloatPointer out) {
    FlowlineException.check(LibFlowline.flowline_preprocess(context, image, 1, preprocessing, out));
  }

  private void describe(Preprocessing to) {
    preprocessing.height(to.height()).width(to.width());
    preprocessing.bits(to.bits() == null ? 0 : to.bits());
    for (int c = 0; c < 3; c++) {
      preprocessing.mean(c, to.mean().get(c).floatValue());
      preprocessing.deviation(c, to.std().get(c).floatValue());
    }
  }
}
