package dev.flowline.train;

import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Images, decoded and preprocessed, in batches (N, 3, H, W) and in order. A batch is valid until
 * the next one is asked for; it belongs to the caller's scope.
 *
 * <p>The iterator throws {@link UncheckedIOException} naming the file that cannot be read.
 */
final class ImageBatches implements Iterable<Tensor> {
  private final int images;
  private final ImageReader reader;
  private final Preprocessing preprocessing;
  private final int batchSize;

  /** Reads images. */
  interface ImageReader {
    /** Reads the index-th image, on any thread. */
    Image read(int index) throws IOException;
  }

  /** The batches of some images of a dataset. */
  ImageBatches(List<Sample> samples, Preprocessing preprocessing, int batchSize) {
    this(
        samples.size(), index -> Images.read(samples.get(index).image()), preprocessing, batchSize);
  }

  ImageBatches(int images, ImageReader reader, Preprocessing preprocessing, int batchSize) {
    this.images = images;
    this.reader = reader;
    this.preprocessing = preprocessing;
    this.batchSize = batchSize;
  }

  @Override
  public Iterator<Tensor> iterator() {
    int length = preprocessing.inputLength();
    FloatBuffer memory =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(batchSize, length), Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < images;
      }

      @Override
      public Tensor next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int count = Math.min(batchSize, images - next);
        int first = next;
        next += count;
        IntStream.range(0, count)
            .parallel()
            .forEach(i -> read(first + i, memory.slice(i * length, length)));
        return Tensors.over(
            memory.slice(0, count * length),
            count,
            3,
            preprocessing.height(),
            preprocessing.width());
      }
    };
  }

  private void read(int index, FloatBuffer out) {
    try {
      preprocessing.apply(reader.read(index), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
