package dev.flowline.nn;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a network by name, as LibTorch tensors that this object owns: float32, int64
 * for permutations, uint8 for files; all on one device but for files, which stay on the CPU. The
 * trainable ones require gradients.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, ForeignNetwork> networks = new HashMap<>();
  private Device device = Device.CPU;

  /**
   * Fills the parameters that the specs ask for: those named in {@code stored} from there, the
   * others from their {@link Init} and the seed. A parameter's values depend on seed and name only.
   *
   * @param stored further names in it are an error, so that no weight is dropped unseen
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public Parameters(Collection<ParameterSpec> wanted, Map<String, StoredTensor> stored, long seed) {
    check(wanted, stored, spec -> spec.init().mustBeGiven());
    Natives.load();
    try (PointerScope scope = new PointerScope()) {
      for (ParameterSpec spec : wanted) {
        StoredTensor given = stored.get(spec.name());
        Tensor tensor = allocate(spec);
        fill(tensor, given != null ? given : initial(spec, seed));
        tensor.retainReference();
        tensor.set_requires_grad(spec.init().trainable());
        specs.put(spec.name(), spec);
        tensors.put(spec.name(), tensor);
      }
    }
  }

  /**
   * Fills all parameters from {@code stored}, initialising none.
   *
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public static Parameters restored(
      Collection<ParameterSpec> wanted, Map<String, StoredTensor> stored) {
    check(wanted, stored, spec -> true);
    return new Parameters(wanted, stored, 0);
  }

  /** The tensor of that name, owned by this object; null if there is none. */
  public Tensor get(String name) {
    return tensors.get(name);
  }

  /**
   * The network whose file is the parameter of that name, opened when first asked for; owned by
   * this object.
   *
   * @throws IllegalArgumentException if there is no such parameter, or it is no network
   */
  synchronized ForeignNetwork foreign(String name) {
    return networks.computeIfAbsent(
        name,
        key -> {
          Tensor tensor = tensors.get(key);
          if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + key);
          }
          try {
            ForeignNetwork network = ForeignNetwork.open(store(tensor).bytes());
            network.moveTo(device);
            return network;
          } catch (IOException e) {
            throw new IllegalArgumentException(key + " is no network: " + e.getMessage(), e);
          }
        });
  }

  /** What was asked for, in order. */
  public Collection<ParameterSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** The trainable tensors by name, in order; owned by this object. */
  public Map<String, Tensor> trainable() {
    Map<String, Tensor> trainable = new LinkedHashMap<>();
    specs.values().stream()
        .filter(spec -> spec.init().trainable())
        .forEach(spec -> trainable.put(spec.name(), tensors.get(spec.name())));
    return trainable;
  }

  /** Where the tensors lie; the CPU if they were never moved. */
  public Device device() {
    return device;
  }

  /** Moves all tensors; they stay the same objects, for an optimiser too that is made later. */
  public synchronized void moveTo(Device to) {
    try (PointerScope scope = new PointerScope()) {
      specs.values().stream()
          .filter(spec -> !(spec.init() instanceof Init.Bytes))
          .map(spec -> tensors.get(spec.name()))
          .forEach(tensor -> tensor.set_data(Tensors.on(to, tensor.detach())));
    }
    networks.values().forEach(network -> network.moveTo(to));
    device = to;
  }

  /** Copies at rest of what training changes, by name: what is trained and the statistics. */
  public Map<String, StoredTensor> storeLearned() {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    specs.values().stream()
        .filter(spec -> spec.init().learned())
        .forEach(spec -> stored.put(spec.name(), store(tensors.get(spec.name()))));
    return stored;
  }

  /** Lays out the frozen convolutions' weights so that LibTorch's kernels need not reorder them. */
  public void frozenChannelsLast() {
    for (ParameterSpec spec : specs.values()) {
      if (spec.init() instanceof Init.Frozen && spec.shape().length == 4) {
        Tensor tensor = tensors.get(spec.name());
        try (PointerScope scope = new PointerScope()) {
          tensor.set_data(channelsLast(tensor));
        }
      }
    }
  }

  /** The same values (N, C, H, W), in memory by pixel instead of by channel. */
  public static Tensor channelsLast(Tensor images) {
    return images.contiguous(MemoryFormat.ChannelsLast);
  }

  /** Copies of all parameters at rest. */
  public Map<String, StoredTensor> store() {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> stored.put(name, store(tensor)));
    return stored;
  }

  /**
   * Overwrites the named parameters, those that training changes; the tensors stay the same
   * objects.
   *
   * @throws IllegalArgumentException listing all unexpected and wrongly shaped names
   */
  public void load(Map<String, StoredTensor> stored) {
    List<ParameterSpec> named =
        specs.values().stream()
            .filter(spec -> spec.init().learned() && stored.containsKey(spec.name()))
            .toList();
    check(named, stored, spec -> true);
    try (PointerScope scope = new PointerScope()) {
      // Not copy_: it returns the parameter's own Java object, which the scope would free.
      named.forEach(
          spec ->
              tensors
                  .get(spec.name())
                  .set_data(Tensors.on(device, tensor(stored.get(spec.name())))));
    }
  }

  /** A copy of any tensor at rest: int64 or uint8 as it is, all others float32. */
  public static StoredTensor store(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      StoredTensor.Type type = typeOf(tensor);
      Tensor here = Tensors.on(Device.CPU, tensor.detach());
      Tensor dense = here.to(scalarType(type)).contiguous();
      byte[] bytes = new byte[Math.toIntExact(dense.numel() * type.bytes)];
      new BytePointer(dense.data_ptr()).capacity(bytes.length).get(bytes);
      return new StoredTensor(type, shape(tensor), ByteBuffer.wrap(bytes));
    }
  }

  /** A new CPU tensor with the values of one at rest: int64 or uint8 as it is, else float32. */
  public static Tensor tensor(StoredTensor stored) {
    Natives.load();
    boolean kept = stored.type() == StoredTensor.Type.I64 || stored.type() == StoredTensor.Type.U8;
    ScalarType type = scalarType(kept ? stored.type() : StoredTensor.Type.F32);
    Tensor tensor =
        torch.empty(stored.shape(), new TensorOptions(type), new MemoryFormatOptional());
    fill(tensor, stored);
    return tensor;
  }

  /**
   * A tensor (N, …) over the caller's own direct memory, without a copy; whoever calls closes it
   * and keeps the buffer.
   */
  public static Tensor over(FloatBuffer direct, long... shape) {
    Natives.load();
    try (PointerScope scope = new PointerScope()) {
      TensorOptions options = new TensorOptions(ScalarType.Float);
      Tensor tensor = torch.from_blob(new FloatPointer(direct.duplicate().clear()), shape, options);
      tensor.retainReference();
      return tensor;
    }
  }

  /** Dimensions of a tensor, slowest first. */
  public static long[] shape(Tensor tensor) {
    long[] shape = new long[Math.toIntExact(tensor.dim())];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  @Override
  public void close() {
    networks.values().forEach(ForeignNetwork::close);
    networks.clear();
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  private static Tensor allocate(ParameterSpec spec) {
    StoredTensor.Type type =
        spec.init() instanceof Init.Permutation
            ? StoredTensor.Type.I64
            : spec.init() instanceof Init.Bytes ? StoredTensor.Type.U8 : StoredTensor.Type.F32;
    TensorOptions options = new TensorOptions(scalarType(type));
    return torch.empty(spec.shape(), options, new MemoryFormatOptional());
  }

  private static void fill(Tensor tensor, StoredTensor stored) {
    StoredTensor.Type type = typeOf(tensor);
    ByteBuffer bytes;
    if (stored.type() == type) {
      bytes = stored.bytes();
    } else if (type == StoredTensor.Type.I64) {
      long[] values = stored.toLongs();
      bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
    } else if (type == StoredTensor.Type.U8) {
      throw new IllegalArgumentException("a file must be stored as U8, not as " + stored);
    } else {
      float[] values = stored.toFloats();
      bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
    }
    if (bytes.hasRemaining()) {
      new BytePointer(tensor.data_ptr()).capacity(bytes.remaining()).asByteBuffer().put(bytes);
    }
  }

  private static StoredTensor.Type typeOf(Tensor tensor) {
    ScalarType type = tensor.scalar_type().intern(); // an enum that comes from C++ is no constant
    return type == ScalarType.Long
        ? StoredTensor.Type.I64
        : type == ScalarType.Byte ? StoredTensor.Type.U8 : StoredTensor.Type.F32;
  }

  private static ScalarType scalarType(StoredTensor.Type type) {
    return type == StoredTensor.Type.I64
        ? ScalarType.Long
        : type == StoredTensor.Type.U8 ? ScalarType.Byte : ScalarType.Float;
  }

  private static StoredTensor initial(ParameterSpec spec, long seed) {
    int n = Math.toIntExact(spec.elements());
    SplittableRandom random = new SplittableRandom(seed ^ fnv1a(spec.name()));
    if (spec.init() instanceof Init.Permutation) {
      long[] p = new long[n];
      for (int i = 0; i < n; i++) {
        int j = random.nextInt(i + 1);
        p[i] = p[j];
        p[j] = i;
      }
      return StoredTensor.of(p, spec.shape());
    }
    if (spec.init() instanceof Init.Orthogonal) {
      return RandomOrthogonal.draw(Math.toIntExact(spec.shape()[0]), random);
    }
    float[] values = new float[n];
    if (spec.init() instanceof Init.Constant constant) {
      Arrays.fill(values, (float) constant.value());
    } else if (spec.init() instanceof Init.RunningStatistic statistic) {
      Arrays.fill(values, (float) statistic.initial());
    } else if (spec.init() instanceof Init.Uniform uniform) {
      for (int i = 0; i < n; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * uniform.bound());
      }
    }
    return StoredTensor.of(values, spec.shape());
  }

  private static long fnv1a(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private static void check(
      Collection<ParameterSpec> wanted,
      Map<String, StoredTensor> stored,
      Predicate<ParameterSpec> mustBeThere) {
    Map<String, StoredTensor> unexpected = new TreeMap<>(stored);
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    for (ParameterSpec spec : wanted) {
      StoredTensor given = unexpected.remove(spec.name());
      if (given == null && mustBeThere.test(spec)) {
        missing.add(spec.toString());
      } else if (given != null && !Arrays.equals(given.shape(), spec.shape())) {
        misshaped.add(spec + " is " + Arrays.toString(given.shape()));
      }
    }
    if (!missing.isEmpty() || !unexpected.isEmpty() || !misshaped.isEmpty()) {
      throw new IllegalArgumentException(
          "weights do not fit the network; missing: "
              + missing
              + "; unexpected: "
              + unexpected.keySet()
              + "; wrong shape: "
              + misshaped);
    }
  }
}
