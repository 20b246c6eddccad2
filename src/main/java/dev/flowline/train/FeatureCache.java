package dev.flowline.train;

import dev.flowline.io.FileFault;
import dev.flowline.io.NamelessFile;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Frozen features of many images: computed once, since what an image is augmented by is kept too,
 * {@link ShiftedCopies} or {@link dev.flowline.model.TrainableModel#trainingFeatures}. So an epoch
 * costs the flow only. Up to a budget they stay in memory, beyond it in a file that is mapped. The
 * file has no name any more once it is open, so that nothing of it remains, however the process
 * ends.
 */
public final class FeatureCache implements AutoCloseable {
  /** A cache of no images, to which nothing can be added. */
  static final FeatureCache EMPTY = new FeatureCache(List.of(), 0, null);

  /** Bytes that are mapped at once: a system allows a process some 65,000 mappings. */
  private static final long CHUNK_BYTES = 64L << 20;

  private final long[][] shapes; // (C, H, W) by scale
  private final long bytesPerImage;
  private final long memoryBudgetBytes;
  private final Path spillFolder; // null if all images are another cache's
  private final List<ByteBuffer> images = new ArrayList<>();
  private final List<Tensor> memory = new ArrayList<>();
  private final CRC32C checksum = new CRC32C();
  private FileChannel spill;
  private ByteBuffer chunk; // the last one mapped, up to where it is filled
  private long chunkStart;

  /**
   * Makes an empty cache.
   *
   * @param shapes (C, H, W) of one image's features by scale
   * @param memoryBudgetBytes how much may stay in memory
   * @param spillFolder where the file goes that takes the rest
   */
  public FeatureCache(List<long[]> shapes, long memoryBudgetBytes, Path spillFolder) {
    this.shapes = shapes.toArray(long[][]::new);
    this.memoryBudgetBytes = memoryBudgetBytes;
    this.spillFolder = spillFolder;
    bytesPerImage = shapes.stream().mapToLong(FeatureCache::bytes).sum();
    if (bytesPerImage > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the features of one image take "
              + bytesPerImage
              + " bytes, the cache takes 2 GiB: lower --input");
    }
  }

  /**
   * Returns a cache of some of the images, which it shares: valid for as long as this cache is
   * open, with nothing of its own to close, and as if they had been added to a cache of their own.
   *
   * @param indices in the order in which the images were added
   */
  public FeatureCache of(int... indices) {
    FeatureCache some = new FeatureCache(List.of(shapes), 0, null);
    for (int index : indices) {
      ByteBuffer image = images.get(index);
      some.checksum.update(image.duplicate());
      some.images.add(image);
    }
    return some;
  }

  /** Number of images held. */
  public int size() {
    return images.size();
  }

  /** The number of bytes of memory it holds; a part of another cache holds none of its own. */
  long memoryBytes() {
    return memory.size() * bytesPerImage;
  }

  /** Whether some of it lies in a file. */
  public boolean spilled() {
    return spill != null;
  }

  /** A checksum of all features in the order in which they came: other data have another one. */
  public long checksum() {
    return checksum.getValue();
  }

  /**
   * Appends a batch.
   *
   * @param features (N, C, H, W) by scale, dense float32, of any device; copied
   * @throws IOException naming the folder, if the disk is full
   * @throws IllegalStateException if the images are another cache's
   */
  public void add(List<Tensor> features) throws IOException {
    if (spillFolder == null) {
      throw new IllegalStateException("nothing can be added to a part of another cache");
    }
    List<Tensor> here = features.stream().map(f -> Tensors.on(Device.CPU, f)).toList();
    long count = here.get(0).size(0);
    for (long n = 0; n < count; n++) {
      ByteBuffer image = allocate();
      for (int scale = 0; scale < shapes.length; scale++) {
        image.put(bytesOf(here.get(scale), n, scale));
      }
      image.flip();
      checksum.update(image.duplicate());
      images.add(image.isDirect() ? image : written(image));
    }
  }

  /** Allocates native memory if it may stay, heap memory if it has to be written. */
  private ByteBuffer allocate() {
    if ((images.size() + 1) * bytesPerImage > memoryBudgetBytes) {
      return ByteBuffer.allocate((int) bytesPerImage);
    }
    // LibTorch's memory, since the virtual machine limits direct buffers, its own for files too.
    try (PointerScope scope = new PointerScope()) {
      Tensor image =
          torch.empty(
              new long[] {bytesPerImage},
              new TensorOptions(ScalarType.Byte),
              new MemoryFormatOptional());
      image.retainReference();
      memory.add(image);
      return bytes(image, 0, (int) bytesPerImage);
    }
  }

  /**
   * Reads features of some images as new tensors (N, C, H, W) by scale, on the CPU, which belong to
   * the caller's scope.
   *
   * @param indices in the order in which the images were added
   */
  public List<Tensor> batch(int... indices) {
    List<Tensor> batch = new ArrayList<>();
    int offset = 0;
    for (long[] shape : shapes) {
      long[] batched = {indices.length, shape[0], shape[1], shape[2]};
      Tensor tensor =
          torch.empty(batched, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
      int length = (int) bytes(shape);
      for (int n = 0; n < indices.length; n++) {
        ByteBuffer source =
            images.get(indices[n]).duplicate().position(offset).limit(offset + length);
        bytes(tensor, (long) n * length, length).put(source);
      }
      offset += length;
      batch.add(tensor);
    }
    return batch;
  }

  @Override
  public void close() throws IOException {
    images.clear();
    chunk = null;
    memory.forEach(Tensor::close);
    memory.clear();
    if (spill != null && spill.isOpen()) {
      spill.truncate(0); // mappings last until they are collected: the disk shall be free now
      spill.close();
    }
  }

  private ByteBuffer bytesOf(Tensor features, long n, int scale) {
    long[] shape = shapes[scale];
    long[] actual = {features.size(1), features.size(2), features.size(3)};
    if (!Arrays.equals(shape, actual) || !features.is_contiguous()) {
      throw new IllegalArgumentException(
          "features of scale "
              + scale
              + " must be dense "
              + Arrays.toString(shape)
              + ", got "
              + Arrays.toString(actual));
    }
    return bytes(features, n * bytes(shape), (int) bytes(shape));
  }

  private ByteBuffer written(ByteBuffer image) throws IOException {
    try {
      if (spill == null) {
        spill = NamelessFile.in(spillFolder);
      }
      if (chunk == null || chunk.remaining() < bytesPerImage) {
        mapChunk();
      }
      long start = chunkStart + chunk.position();
      while (image.hasRemaining()) {
        spill.write(image, start + image.position());
      }
      ByteBuffer mapped = chunk.slice(chunk.position(), (int) bytesPerImage);
      chunk.position(chunk.position() + (int) bytesPerImage);
      return mapped;
    } catch (IOException e) {
      throw new IOException(
          "cannot keep features in " + spillFolder + ": " + FileFault.of(e) + "; free space there",
          e);
    }
  }

  /**
   * Maps the next chunk. It is written through the channel: on a full disk a write to the mapping
   * would end the process.
   */
  private void mapChunk() throws IOException {
    chunkStart = spill.size();
    long images = Math.max(1, CHUNK_BYTES / bytesPerImage);
    chunk = spill.map(FileChannel.MapMode.READ_ONLY, chunkStart, images * bytesPerImage);
  }

  private static ByteBuffer bytes(Tensor tensor, long offset, int length) {
    BytePointer all = new BytePointer(tensor.data_ptr());
    return all.position(offset).limit(offset + length).asByteBuffer();
  }

  private static long bytes(long[] shape) {
    return Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact);
  }
}
