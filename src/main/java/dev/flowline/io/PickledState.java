package dev.flowline.io;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a file written by {@code torch.save}: a state dict, bare or inside a checkpoint
 * under {@code state_dict}, {@code model} or another name, whatever stands beside it. Both formats
 * are read: the zip archive (PyTorch ≥ 1.6) and the legacy one, a row of pickles with the raw
 * storages behind them.
 *
 * <p>What is read takes at most a few times the file's size, see {@link ReadBudget}. LibTorch has a
 * reader of its own, which knows the zip form only, no ordered dictionary (what {@code
 * state_dict()} returns), and holds the file twice in memory.
 */
public final class PickledState {
  private static final long LEGACY_MAGIC = 0xa86a20f9469cfc6cL; // its lowest 64 of 77 bits
  private static final int SHORTEST_PICKLES = 1 << 20;
  private static final int LONGEST_PICKLES = 1 << 28;

  /** Names of state dicts in checkpoints, those of averaged or evaluated networks first. */
  private static final List<String> USUAL_NAMES =
      List.of(
          "state_dict",
          "model",
          "model_state_dict",
          "model_state",
          "teacher", // DINO evaluates it, and not the student
          "student");

  private PickledState() {}

  /**
   * Reads the tensors by name. No code in the file is executed: a pickle that asks for any call
   * that tensors do not need is refused.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  public static Map<String, StoredTensor> read(Path file) throws IOException {
    try (FileBytes bytes = FileBytes.open(file)) {
      boolean zip = bytes.size() > 0 && bytes.read(0, 1).get(0) == 'P';
      return tensorsOf(zip ? readZip(bytes) : readLegacy(bytes));
    } catch (IOException e) {
      throw new IOException(file + " is not a readable PyTorch state dict: " + FileFault.of(e), e);
    } catch (RuntimeException e) { // of buffers, lists and numbers that damage has led astray
      throw new IOException(file + " is truncated or damaged: " + ReadBudget.quoted(e), e);
    }
  }

  private static Object readZip(FileBytes bytes) throws IOException {
    StoredZip zip = new StoredZip(bytes);
    String folder = null;
    for (String name : zip.names()) {
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        folder = name.substring(0, name.length() - "data.pkl".length());
        break;
      }
    }
    if (folder == null) {
      throw new IOException("the archive holds no data.pkl");
    }
    if (zip.has(folder + "constants.pkl")) {
      throw new IOException(
          "it is a TorchScript program; save its weights with torch.save(m.state_dict(), …)");
    }
    if (zip.has(folder + "byteorder") && zip.read(folder + "byteorder").get(0) == 'b') {
      throw new IOException("its numbers are big-endian");
    }
    TorchTensors tensors = new TorchTensors(new ReadBudget(bytes.size()));
    Object root = new Unpickler(zip.read(folder + "data.pkl"), tensors).load();
    long left = bytes.size();
    for (var storage : tensors.storages().entrySet()) {
      String name = folder + "data/" + storage.getKey();
      if (!zip.has(name)) {
        throw new IOException(
            "storage %s is missing".formatted(ReadBudget.quoted(storage.getKey())));
      }
      left -= zip.size(name);
      if (left < 0) {
        throw new IOException("its storages are larger than the file: entries overlap");
      }
      storage.getValue().fill(zip.read(name));
    }
    return root;
  }

  /**
   * Magic number, protocol, platform, the object, the storages' keys; then count and bytes each.
   * How long the pickles are is known once they have been read, so that is tried with more and more
   * of the file.
   */
  private static Object readLegacy(FileBytes bytes) throws IOException {
    long longest = Math.min(bytes.size(), LONGEST_PICKLES);
    for (long length = SHORTEST_PICKLES; ; length *= 8) {
      try {
        return readLegacy(bytes, bytes.read(0, Math.min(length, longest)));
      } catch (BufferUnderflowException e) {
        if (length >= longest) {
          throw e;
        }
      }
    }
  }

  private static Object readLegacy(FileBytes bytes, ByteBuffer in) throws IOException {
    TorchTensors tensors = new TorchTensors(new ReadBudget(bytes.size()));
    if (!Long.valueOf(LEGACY_MAGIC).equals(new Unpickler(in, tensors).load())) {
      throw new IOException("its magic number is not PyTorch's");
    }
    new Unpickler(in, tensors).load();
    new Unpickler(in, tensors).load();
    Object root = new Unpickler(in, tensors).load();
    Object keys = new Unpickler(in, tensors).load();
    long at = in.position();
    for (Object key : keys instanceof List<?> list ? list : List.of()) {
      TorchTensors.Storage storage =
          Unpickler.isKey(key) ? tensors.storages().get(key.toString()) : null;
      if (storage == null) {
        throw new IOException("a storage belongs to no tensor");
      }
      long count = bytes.read(at, 8).getLong(0);
      long length = Math.multiplyExact(count, (long) storage.type().bytes);
      if (!bytes.has(at + 8, length)) {
        throw new IOException(
            "truncated: storage %s ends beyond the file".formatted(ReadBudget.quoted(key)));
      }
      storage.fill(bytes.read(at + 8, length));
      at += 8 + length;
    }
    return root;
  }

  private static Map<String, StoredTensor> tensorsOf(Object root) throws IOException {
    if (!(root instanceof Map<?, ?> map)) {
      throw new IOException("it holds no map of tensors");
    }
    return tensorsIn(stateDict(map));
  }

  /** Chooses the state dict; a tensor beside it, such as a best accuracy, does not hide it. */
  private static Map<?, ?> stateDict(Map<?, ?> root) throws IOException {
    Map<Map<?, ?>, Long> counted = new IdentityHashMap<>(); // one map may stand under many names
    Map<Object, Map<?, ?>> nested = new LinkedHashMap<>();
    root.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> map
              && counted.computeIfAbsent(map, PickledState::tensorCount) > 0) {
            nested.put(name, map);
          }
        });
    for (String name : USUAL_NAMES) {
      if (nested.containsKey(name)) {
        return nested.get(name);
      }
    }
    long bare = tensorCount(root);
    long most = nested.values().stream().mapToLong(counted::get).max().orElse(0);
    if (bare == 0 && most == 0) {
      throw new IOException(
          "it holds no tensors by name, but entries " + ReadBudget.quoted(root.keySet()));
    }
    if (bare >= most) {
      return root;
    }
    List<Object> largest =
        nested.keySet().stream().filter(name -> counted.get(nested.get(name)) == most).toList();
    if (largest.size() > 1) {
      throw new IOException(
          "it holds several state dicts, "
              + ReadBudget.quoted(largest)
              + ": save the one that is meant");
    }
    return nested.get(largest.get(0));
  }

  private static long tensorCount(Map<?, ?> map) {
    return map.values().stream().filter(TorchTensors.View.class::isInstance).count();
  }

  private static Map<String, StoredTensor> tensorsIn(Map<?, ?> map) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (var entry : map.entrySet()) {
      if (entry.getValue() instanceof TorchTensors.View view) {
        tensors.put(String.valueOf(entry.getKey()), view.store());
        ReadBudget.requireTensors(tensors.size());
      }
    }
    return tensors;
  }
}
