package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a file written by {@code torch.save}: a state dict, bare or inside a checkpoint
 * under {@code state_dict}, {@code model} or another name, whatever stands beside it. Both formats
 * are read: the zip archive (PyTorch ≥ 1.6) and the legacy one, a row of pickles with the raw
 * storages behind them.
 *
 * <p>The tensors' bytes stay mapped, so that a file larger than the Java heap can be read. LibTorch
 * has a reader of its own, which knows the zip form only, no ordered dictionary (what {@code
 * state_dict()} returns), and holds the file twice in memory.
 */
public final class PickledState {
  private static final long LEGACY_MAGIC = 0xa86a20f9469cfc6cL; // its lowest 64 of 77 bits
  private static final int LONGEST_PICKLES = 1 << 30;

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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(2);
      channel.read(magic, 0);
      return tensorsOf(magic.get(0) == 'P' ? readZip(channel) : readLegacy(channel));
    } catch (IOException e) {
      throw new IOException(file + " is not a readable PyTorch state dict: " + FileFault.of(e), e);
    } catch (RuntimeException e) { // of buffers, lists and numbers that damage has led astray
      throw new IOException(file + " is truncated or damaged: " + e, e);
    }
  }

  private static Object readZip(FileChannel channel) throws IOException {
    Map<String, ByteBuffer> entries = StoredZip.entries(channel);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow(() -> new IOException("the archive holds no data.pkl"));
    String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw new IOException(
          "it is a TorchScript program; save its weights with torch.save(m.state_dict(), …)");
    }
    ByteBuffer order = entries.get(folder + "byteorder");
    if (order != null && order.get(0) == 'b') {
      throw new IOException("its numbers are big-endian");
    }
    TorchTensors tensors = new TorchTensors();
    Object root = new Unpickler(entries.get(pickle), tensors).load();
    for (var storage : tensors.storages().entrySet()) {
      ByteBuffer data = entries.get(folder + "data/" + storage.getKey());
      if (data == null) {
        throw new IOException("storage " + storage.getKey() + " is missing");
      }
      storage.getValue().fill(data);
    }
    return root;
  }

  /**
   * Magic number, protocol, platform, the object, the storages' keys; then count and bytes each.
   */
  private static Object readLegacy(FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, LONGEST_PICKLES));
    TorchTensors tensors = new TorchTensors();
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
      ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(count, at);
      long bytes = Math.multiplyExact(count.getLong(0), (long) storage.type().bytes);
      if (bytes < 0 || bytes > size - at - 8) {
        throw new IOException("truncated: storage " + key + " ends beyond the file");
      }
      storage.fill(
          bytes == 0
              ? ByteBuffer.allocate(0)
              : channel.map(FileChannel.MapMode.READ_ONLY, at + 8, bytes));
      at += 8 + bytes;
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
    Map<Object, Map<?, ?>> nested = new LinkedHashMap<>();
    root.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> map && tensorCount(map) > 0) {
            nested.put(name, map);
          }
        });
    for (String name : USUAL_NAMES) {
      if (nested.containsKey(name)) {
        return nested.get(name);
      }
    }
    long bare = tensorCount(root);
    long most = nested.values().stream().mapToLong(PickledState::tensorCount).max().orElse(0);
    if (bare == 0 && most == 0) {
      throw new IOException("it holds no tensors by name, but entries " + root.keySet());
    }
    if (bare >= most) {
      return root;
    }
    List<Object> largest =
        nested.keySet().stream().filter(name -> tensorCount(nested.get(name)) == most).toList();
    if (largest.size() > 1) {
      throw new IOException(
          "it holds several state dicts, " + largest + ": save the one that is meant");
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
      }
    }
    return tensors;
  }
}
