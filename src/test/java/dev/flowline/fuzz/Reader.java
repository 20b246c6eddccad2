package dev.flowline.fuzz;

import com.sun.management.ThreadMXBean;
import dev.flowline.ResignedModel;
import dev.flowline.data.Mask;
import dev.flowline.io.Images;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StateDict;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The readers of files that may come from anybody. What a reader is given is read, or refused by an
 * IOException that names the file, in bounded memory; the limit of time is the caller's.
 */
enum Reader {
  SAFETENSORS {
    @Override
    void read(Path file) throws IOException {
      Safetensors.read(file);
    }
  },
  WEIGHTS {
    @Override
    void read(Path file) throws IOException {
      StateDict.read(file).values().forEach(tensor -> tensor.toDoubles());
    }
  },
  NPY {
    @Override
    void read(Path file) throws IOException {
      new Mask.NpySlice(file, 0).read();
    }
  },
  /** The bytes are a configuration: the tensors are a small model's, and the digest is right. */
  MODEL {
    @Override
    void read(Path file) throws IOException {
      String config = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      ResignedModel.write(file, Seeds.model(), config);
      AnomalyModel.open(file).close();
    }
  },
  IMAGE {
    @Override
    void read(Path file) throws IOException {
      Images.read(file);
    }
  };

  private static final long MOST_BYTES = 2L << 30;

  abstract void read(Path file) throws IOException;

  /**
   * Reads bytes as a file.
   *
   * @param file where to write them
   * @return whether they were read and not refused
   * @throws AssertionError if what happens is neither, or takes too much of the heap
   */
  boolean accepts(byte[] bytes, Path file) throws IOException {
    Files.write(file, bytes);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    boolean read = true;
    try {
      read(file);
    } catch (IOException e) {
      read = false;
      if (!String.valueOf(e.getMessage()).contains(file.toString())) {
        throw new AssertionError("the file is not named: " + e, e);
      }
    }
    long taken = threads.getThreadAllocatedBytes(id) - before;
    if (taken > MOST_BYTES) {
      throw new AssertionError(taken + " bytes of the heap for " + bytes.length);
    }
    return read;
  }
}
