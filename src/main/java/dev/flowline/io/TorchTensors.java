package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The things that a pickle of PyTorch may ask for: storages by reference, tensors as strided views
 * of them, ordered dictionaries, and a few inert values that checkpoints carry along. All else is
 * refused.
 */
final class TorchTensors implements Unpickler.Host {
  private static final Map<String, StoredTensor.Type> TYPES =
      Map.of(
          "DoubleStorage", StoredTensor.Type.F64,
          "FloatStorage", StoredTensor.Type.F32,
          "HalfStorage", StoredTensor.Type.F16,
          "BFloat16Storage", StoredTensor.Type.BF16,
          "LongStorage", StoredTensor.Type.I64,
          "IntStorage", StoredTensor.Type.I32,
          "ShortStorage", StoredTensor.Type.I16,
          "CharStorage", StoredTensor.Type.I8,
          "ByteStorage", StoredTensor.Type.U8,
          "BoolStorage", StoredTensor.Type.BOOL);

  /** Values beside the tensors: kept as their name, never made. */
  private static final Set<String> INERT =
      Set.of(
          "argparse.Namespace",
          "collections.defaultdict",
          "collections.Counter",
          "copy_reg._reconstructor",
          "copyreg._reconstructor",
          "_codecs.encode",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.dtype",
          "pathlib.PosixPath",
          "pathlib.WindowsPath",
          "torch.Size",
          "torch.device");

  /** The memory that tensors share; its bytes come after the pickle has been read. */
  static final class Storage {
    private final StoredTensor.Type type;
    private final ReadBudget budget;
    private ByteBuffer data = ByteBuffer.allocate(0);

    private Storage(StoredTensor.Type type, ReadBudget budget) {
      this.type = type;
      this.budget = budget;
    }

    StoredTensor.Type type() {
      return type;
    }

    void fill(ByteBuffer data) {
      this.data = data;
    }
  }

  /** A tensor: offset, sizes and strides count elements. */
  record View(Storage storage, long offset, long[] size, long[] stride) {
    /** The tensor at rest: over the storage's bytes where they lie dense, else over a copy. */
    StoredTensor store() throws IOException {
      if (stride.length != size.length) {
        throw new IOException(
            "a tensor of %s dimensions and %s strides".formatted(size.length, stride.length));
      }
      long elements = 1;
      long last = offset;
      boolean dense = true;
      for (int d = size.length - 1; d >= 0; d--) {
        dense &= size[d] == 1 || stride[d] == elements;
        elements = Math.multiplyExact(elements, size[d]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, size[d] - 1), stride[d]));
      }
      int bytes = storage.type.bytes;
      if (offset < 0 || elements > 0 && last >= storage.data.remaining() / bytes) {
        throw new IOException("truncated: a tensor reaches beyond its storage");
      }
      if (elements > storage.data.remaining() / bytes) {
        throw new IOException("a tensor is larger than its storage");
      }
      if (elements == 0) {
        return new StoredTensor(storage.type, size, ByteBuffer.allocate(0));
      }
      if (dense) {
        int from = Math.toIntExact(offset * bytes);
        return new StoredTensor(
            storage.type, size, storage.data.slice(from, Math.toIntExact(elements * bytes)));
      }
      storage.budget.take(elements * bytes);
      return new StoredTensor(storage.type, size, gather(Math.toIntExact(elements), bytes));
    }

    private ByteBuffer gather(int elements, int bytes) {
      ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(elements, bytes));
      out.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < elements; i++) {
        long at = offset;
        int rest = i;
        for (int d = size.length - 1; d >= 0; d--) {
          at += rest % size[d] * stride[d];
          rest /= (int) size[d];
        }
        out.put(i * bytes, storage.data, Math.toIntExact(at * bytes), bytes);
      }
      return out;
    }
  }

  private static final int STORAGE_BYTES = 200; // of the objects that stand for one
  private static final int PAIR_BYTES = 64; // of a map

  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private final ReadBudget budget;

  TorchTensors(ReadBudget budget) {
    this.budget = budget;
  }

  @Override
  public void take(long bytes) throws IOException {
    budget.take(bytes);
  }

  /** The storages referred to so far, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  @Override
  public Object persistent(List<?> id) throws IOException {
    boolean isStorage = id.size() >= 5 && "storage".equals(id.get(0));
    if (!isStorage || !(id.get(1) instanceof Unpickler.Global global)) {
      throw new IOException("a reference to what is no storage");
    }
    StoredTensor.Type type = TYPES.get(global.name());
    if (type == null || !global.module().startsWith("torch")) {
      throw new IOException("tensors of " + ReadBudget.quoted(global) + " are not supported");
    }
    if (id.size() > 5 && id.get(5) != null) {
      throw new IOException(
          "it shares storages in a way of PyTorch < 0.4; load it there and save it again");
    }
    budget.take(STORAGE_BYTES);
    return storages.computeIfAbsent(key(id.get(2)), key -> new Storage(type, budget));
  }

  @Override
  public Object call(Unpickler.Global callable, List<?> arguments) throws IOException {
    String name = callable.toString();
    return switch (name) {
      case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> view(arguments);
      case "torch._utils._rebuild_parameter", "torch.nn.parameter.Parameter" -> arguments.get(0);
      case "collections.OrderedDict" -> map(arguments);
      default -> {
        if (!INERT.contains(name)) {
          throw new IOException(
              "refused: it asks for a call of "
                  + ReadBudget.quoted(name)
                  + ", which tensors do not need; nothing was executed. Save the bare weights with torch.save(model.state_dict(), …)");
        }
        yield callable;
      }
    };
  }

  private static String key(Object key) throws IOException {
    if (!Unpickler.isKey(key)) {
      throw new IOException("a storage without its key");
    }
    return key.toString();
  }

  private View view(List<?> arguments) throws IOException {
    boolean complete = arguments.size() >= 4 && arguments.get(1) instanceof Long;
    if (!complete || !(arguments.get(0) instanceof Storage storage)) {
      throw new IOException("a tensor without its storage");
    }
    return new View(storage, (Long) arguments.get(1), longs(arguments, 2), longs(arguments, 3));
  }

  private long[] longs(List<?> arguments, int index) throws IOException {
    if (arguments.get(index) instanceof List<?> values
        && values.size() <= ReadBudget.MOST_DIMENSIONS
        && values.stream().allMatch(Long.class::isInstance)) {
      return values.stream().mapToLong(v -> (Long) v).toArray();
    }
    throw new IOException("a tensor without its size");
  }

  private Map<Object, Object> map(List<?> arguments) throws IOException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty() && arguments.get(0) instanceof List<?> pairs) {
      budget.take((long) PAIR_BYTES * pairs.size());
      for (Object item : pairs) {
        if (!(item instanceof List<?> pair) || pair.size() != 2) {
          throw new IOException("an ordered dictionary of what is no pair");
        }
        if (Unpickler.isKey(pair.get(0))) {
          map.put(pair.get(0), pair.get(1));
        }
      }
    }
    return map;
  }
}
