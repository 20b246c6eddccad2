package dev.flowline.nn;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * The parameters of a network by name, as LibTorch tensors that this object owns: float32, int64
 * for permutations, uint8 for files; all on one device but for files, which stay on the CPU. The
 * trainable ones require gradients.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, ForeignNetwork> networks = new HashMap<>();
  private final Parameters shared; // of which the other tensors are; null if all are own
  private Device device = Device.CPU;
  private final List<Tensor> changing; // the trainable ones
  private long replacements; // how often tensors got other memory

  /**
   * Fills the parameters that the specs ask for: those named in {@code stored} from there, the
   * others from their {@link Init} and the seed. A parameter's values depend on seed and name only.
   *
   * @param stored further names in it are an error, so that no weight is dropped unseen
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public Parameters(Collection<ParameterSpec> wanted, Map<String, StoredTensor> stored, long seed) {
    check(wanted, stored, spec -> spec.init().mustBeGiven());
    shared = null;
    Natives.load();
    try (PointerScope scope = new PointerScope()) {
      for (ParameterSpec spec : wanted) {
        StoredTensor given = stored.get(spec.name());
        specs.put(spec.name(), spec);
        tensors.put(
            spec.name(), filled(spec, given != null ? given : InitialValues.of(spec, seed)));
      }
    }
    changing = List.copyOf(trainable().values());
  }

  private Parameters(Parameters shared, Map<String, StoredTensor> own) {
    this.shared = shared;
    specs.putAll(shared.specs);
    try (PointerScope scope = new PointerScope()) {
      for (ParameterSpec spec : specs.values()) {
        StoredTensor given = own.get(spec.name());
        tensors.put(
            spec.name(), given == null ? shared.tensors.get(spec.name()) : filled(spec, given));
      }
    }
    changing = List.copyOf(trainable().values());
  }

  private static Tensor filled(ParameterSpec spec, StoredTensor values) {
    Tensor tensor = allocate(spec);
    TensorCopy.fill(tensor, values);
    tensor.retainReference();
    tensor.set_requires_grad(spec.init().trainable());
    return tensor;
  }

  /**
   * Returns the parameters of the same network with tensors of its own in place of some of these,
   * on the CPU at first. The others are shared: they are to be moved here, and closed here after
   * the result is.
   *
   * @param own by name: at least all that training changes, and no file
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public Parameters with(Map<String, StoredTensor> own) {
    requireOwn(specs.values(), own);
    return new Parameters(this, own);
  }

  /**
   * Requires that tensors can take the place of some of a network's, see {@link #with}; loads no
   * native code.
   *
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public static void requireOwn(Collection<ParameterSpec> all, Map<String, StoredTensor> own) {
    List<ParameterSpec> replaced =
        all.stream()
            .filter(
                spec ->
                    spec.init().learned()
                        || own.containsKey(spec.name()) && !(spec.init() instanceof Init.Bytes))
            .toList();
    check(replaced, own, spec -> true);
  }

  /** Returns the specs of the tensors that are not shared with other parameters. */
  public List<ParameterSpec> own() {
    return specs.values().stream()
        .filter(spec -> shared == null || tensors.get(spec.name()) != shared.get(spec.name()))
        .toList();
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

  /**
   * Requires that tensors are all that a network asks for; loads no native code.
   *
   * @throws IllegalArgumentException listing all missing, unexpected and wrongly shaped names
   */
  public static void requireFit(
      Collection<ParameterSpec> wanted, Map<String, StoredTensor> stored) {
    check(wanted, stored, spec -> true);
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
    if (shared != null) {
      return shared.foreign(name);
    }
    return networks.computeIfAbsent(
        name,
        key -> {
          Tensor tensor = tensors.get(key);
          if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + key);
          }
          try {
            ForeignNetwork network = ForeignNetwork.open(TensorCopy.store(tensor).bytes());
            network.moveTo(device);
            return network;
          } catch (IOException e) {
            throw new IllegalArgumentException(key + " is no network: " + e.getMessage(), e);
          }
        });
  }

  /** Returns whether a tensor is one of these, the same object. */
  boolean owns(Tensor tensor) {
    return tensors.values().stream().anyMatch(parameter -> parameter == tensor);
  }

  /** Returns a number that is another one after a parameter has changed. */
  long version() {
    long version = replacements + (shared == null ? 0 : shared.replacements);
    for (Tensor tensor : changing) {
      version += tensor._version(); // which counts changes in place, as an optimiser makes them
    }
    return version;
  }

  /** The specs that were asked for, in order. */
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

  /** The device of the tensors; the CPU if they were never moved. */
  public Device device() {
    return device;
  }

  /** Moves all tensors; they stay the same objects, for an optimiser too that is made later. */
  public synchronized void moveTo(Device to) {
    try (PointerScope scope = new PointerScope()) {
      own().stream()
          .filter(spec -> !(spec.init() instanceof Init.Bytes))
          .map(spec -> tensors.get(spec.name()))
          .forEach(tensor -> tensor.set_data(Tensors.on(to, tensor.detach())));
    }
    networks.values().forEach(network -> network.moveTo(to));
    device = to;
    replacements++;
  }

  /** Copies at rest of what training changes, by name: what is trained and the statistics. */
  public Map<String, StoredTensor> storeLearned() {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    specs.values().stream()
        .filter(spec -> spec.init().learned())
        .forEach(spec -> stored.put(spec.name(), TensorCopy.store(tensors.get(spec.name()))));
    return stored;
  }

  /** Lays out the frozen convolutions' weights so that LibTorch's kernels need not reorder them. */
  public void frozenChannelsLast() {
    for (ParameterSpec spec : own()) {
      if (spec.init() instanceof Init.Frozen && spec.shape().length == 4) {
        Tensor tensor = tensors.get(spec.name());
        try (PointerScope scope = new PointerScope()) {
          tensor.set_data(Tensors.channelsLast(tensor));
        }
      }
    }
    replacements++;
  }

  /** Copies of all parameters at rest that are not shared with others. */
  public Map<String, StoredTensor> store() {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    own().forEach(spec -> stored.put(spec.name(), TensorCopy.store(tensors.get(spec.name()))));
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
                  .set_data(Tensors.on(device, TensorCopy.tensor(stored.get(spec.name())))));
    }
    replacements++;
  }

  @Override
  public void close() {
    networks.values().forEach(ForeignNetwork::close);
    networks.clear();
    own().forEach(spec -> tensors.get(spec.name()).close());
    specs.clear();
    tensors.clear();
  }

  private static Tensor allocate(ParameterSpec spec) {
    StoredTensor.Type type =
        spec.init() instanceof Init.Permutation
            ? StoredTensor.Type.I64
            : spec.init() instanceof Init.Bytes ? StoredTensor.Type.U8 : StoredTensor.Type.F32;
    TensorOptions options = new TensorOptions(TensorCopy.scalarType(type));
    return torch.empty(spec.shape(), options, new MemoryFormatOptional());
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
