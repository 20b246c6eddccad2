package dev.flowline.io;

import dev.flowline.internal.LibFlowline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;

/**
 * An image as a frame of libflowline's, for one thread at a time. The samples are copied to native
 * memory: a Java array that native code reads in place would hold up the garbage collection of all
 * threads.
 */
public final class NativeFrame implements AutoCloseable {
  /** The samples of 16 bits that are copied at a time: a buffer has no more than 2³¹ − 1 bytes. */
  private static final int PART = 1 << 20;

  private final LibFlowline.Frame frame = new LibFlowline.Frame().retainReference();
  private BytePointer samples = new BytePointer(); // null at first

  /**
   * Makes the frame that of an image.
   *
   * @return the structure, which stays this object's and describes the image until the next call
   */
  public LibFlowline.Frame of(Image image) {
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
    return frame.height(image.height()).width(image.width()).data(samples.address());
  }

  private void reserve(long bytes) {
    if (samples.capacity() < bytes) {
      samples.close();
      samples = new BytePointer(bytes).<BytePointer>retainReference();
    }
  }

  /** Frees the samples if they take more than so many bytes. */
  void keep(long mostBytes) {
    if (samples.capacity() > mostBytes) {
      samples.close();
      samples = new BytePointer();
    }
  }

  @Override
  public void close() {
    samples.close();
    frame.close();
  }
}
