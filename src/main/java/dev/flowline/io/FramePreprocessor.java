package dev.flowline.io;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The memory with which libflowline preprocesses an image, for one thread at a time. The samples
 * are copied to native memory: a Java array that native code reads in place would hold up the
 * garbage collection of all threads.
 *
 * <p>One that is idle serves the next thread that needs one, so that there are as many as images
 * were ever preprocessed at once. None is closed.
 */
final class FramePreprocessor {
  private static final ConcurrentLinkedDeque<FramePreprocessor> IDLE =
      new ConcurrentLinkedDeque<>();

  /** The bytes of an image that stay for the next one. */
  private static final long KEPT_BYTES = 64L << 20;

  /** The samples of 16 bits that are copied at a time: a buffer has no more than 2³¹ − 1 bytes. */
  private static final int PART = 1 << 20;

  private final LibFlowline.Context context = new LibFlowline.Context();
  private final LibFlowline.Frame frame = new LibFlowline.Frame().retainReference();
  private final LibFlowline.Preprocessing preprocessing =
      new LibFlowline.Preprocessing().retainReference();
  private BytePointer samples = new BytePointer(); // null at first
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
    describe(image);
    int length = to.inputLength();
    if (out.isDirect() && !out.isReadOnly() && out.order() == ByteOrder.nativeOrder()) {
      run(new FloatPointer(out.slice())); // which begins at the position
    } else {
      if (input.capacity() < length) {
        input.close();
        input = new FloatPointer(length).<FloatPointer>retainReference();
      }
      run(input);
      out.duplicate().put(input.asBuffer().limit(length));
    }
    if (samples.capacity() > KEPT_BYTES) {
      samples.close();
      samples = new BytePointer();
    }
  }

  private void run(FloatPointer out) {
    FlowlineException.check(LibFlowline.flowline_preprocess(context, frame, 1, preprocessing, out));
  }

  private void describe(Preprocessing to) {
    preprocessing.height(to.height()).width(to.width());
    preprocessing.bits(to.bits() == null ? 0 : to.bits());
    for (int c = 0; c < 3; c++) {
      preprocessing.mean(c, to.mean().get(c).floatValue());
      preprocessing.deviation(c, to.std().get(c).floatValue());
    }
  }

  private void describe(Image image) {
    boolean grey = image.channels() == 1;
    if (image.bits() == 8) {
      byte[] all = image.samples8();
      reserve(all.length);
      samples.position(0).asByteBuffer().put(all);
      frame.format(grey ? LibFlowline.FLOWLINE_FRAME_GRAY8 : LibFlowline.FLOWLINE_FRAME_RGB8);
    } else {
      short[] all = image.samples16();
      reserve(2L * all.length);
      for (long at = 0; at < all.length; at += PART) {
        int count = (int) Math.min(PART, all.length - at);
        ByteBuffer part =
            new BytePointer(samples).position(2 * at).limit(2 * (at + count)).asByteBuffer();
        part.order(ByteOrder.nativeOrder()).asShortBuffer().put(all, (int) at, count);
      }
      frame.format(grey ? LibFlowline.FLOWLINE_FRAME_GRAY16 : LibFlowline.FLOWLINE_FRAME_RGB16);
    }
    frame.height(image.height()).width(image.width()).data(samples.address());
  }

  private void reserve(long bytes) {
    if (samples.capacity() < bytes) {
      samples.close();
      samples = new BytePointer(bytes).<BytePointer>retainReference();
    }
  }
}
