package dev.flowline.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.Natives;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickledStateTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsTensorsViewsAndStrides(boolean legacy) throws IOException {
    Map<String, StoredTensor> state = read(sample(legacy));
    assertEquals(Set.of("whole", "part", "transposed", "scalar"), state.keySet());
    assertArrayEquals(new long[] {2, 3}, state.get("whole").shape());
    assertArrayEquals(SIX, state.get("whole").toFloats());
    assertArrayEquals(new float[] {3, 4, 5}, state.get("part").toFloats());
    assertArrayEquals(new long[] {3, 2}, state.get("transposed").shape());
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, state.get("transposed").toFloats());
    assertArrayEquals(new long[0], state.get("scalar").shape());
    assertArrayEquals(new float[] {7}, state.get("scalar").toFloats());
  }

  @Test
  void libTorchReadsTheSame() throws IOException {
    TorchFile plain = new TorchFile(false).op('}', '('); // LibTorch reads no ordered dictionary
    byte[] bytes = fill(plain).bytes();
    Map<String, StoredTensor> state = PickledState.read(write(bytes));
    Natives.load();
    try (TensorScope scope = TensorScope.open()) {
      var dict = torch.pickle_load(new ByteVector(bytes)).toGenericDict();
      assertEquals(state.size(), dict.size());
      for (String name : state.keySet()) {
        Tensor tensor = dict.at(new IValue(name)).toTensor().contiguous();
        float[] values = new float[(int) tensor.numel()];
        new org.bytedeco.javacpp.FloatPointer(tensor.data_ptr())
            .capacity(values.length)
            .get(values);
        assertArrayEquals(values, state.get(name).toFloats(), name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "state_dict", "weights_of_mine"})
  void readsNestedCheckpoints(String name) throws IOException {
    TorchFile file = new TorchFile(false);
    file.op('}', '(').text("epoch").integer(3).text("args");
    file.global("argparse", "Namespace").op(')', 0x81, '}').text("lr").integer(1).op('s', 'b');
    file.text(name).op('}').text("w").tensor("0", SIX, 0, new long[] {6}, new long[] {1});
    file.op('s', 'u');
    assertArrayEquals(SIX, read(file).get("w").toFloats());
  }

  /** As the examples of PyTorch write it: the best accuracy so far is a tensor. */
  @ParameterizedTest
  @ValueSource(strings = {"model", "state_dict", "weights_of_mine", "teacher"})
  void tensorsBesideAStateDictDoNotHideIt(String name) throws IOException {
    TorchFile file = new TorchFile(false);
    file.op('}', '(').text("best_acc1").tensor("1", new float[] {7}, 0, new long[0], new long[0]);
    file.text("rng").op('}').text("torch").tensor("2", SIX, 0, new long[] {6}, new long[] {1});
    file.op('s').text("student").op('}').text("w");
    file.tensor("1", new float[] {7}, 0, new long[0], new long[0]).op('s');
    file.text(name).op('}', '(').text("w").tensor("0", SIX, 0, new long[] {6}, new long[] {1});
    file.text("v").tensor("0", SIX, 0, new long[] {6}, new long[] {1});
    file.op('u', 'u');
    if (name.equals("weights_of_mine")) {
      byte[] renamed =
          new String(file.bytes(), ISO_8859_1).replace("student", "another").getBytes(ISO_8859_1);
      assertEquals(Set.of("w", "v"), StateDict.read(write(renamed)).keySet());
    } else {
      assertArrayEquals(SIX, read(file).get("w").toFloats());
    }
  }

  @Test
  void severalStateDictsAreNamed() throws IOException {
    TorchFile file = new TorchFile(false).op('}', '(');
    for (String name : new String[] {"one", "two"}) {
      file.text(name).op('}').text("w").tensor("0", SIX, 0, new long[] {6}, new long[] {1});
      file.op('s');
    }
    assertMessage(file.op('u'), "several state dicts, [one, two]: save the one that is meant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"posix system", "os system", "builtins eval", "torch.hub load"})
  void neverCalls(String callable) throws IOException {
    Path touched = folder.resolve("touched");
    String[] names = callable.split(" ");
    TorchFile file = new TorchFile(false);
    file.op('}').text("w").global(names[0], names[1]).op('(').text("touch " + touched);
    Path written = write(file.op('t', 'R', 's').bytes());
    var e = assertThrows(IOException.class, () -> PickledState.read(written));
    assertTrue(e.getMessage().contains(callable.replace(' ', '.')), e.getMessage());
    assertTrue(e.getMessage().contains("nothing was executed"), e.getMessage());
    assertTrue(e.getMessage().contains(written.toString()), e.getMessage());
    assertFalse(Files.exists(touched));
  }

  @Test
  void whatIsNoStateDictIsNamed() throws IOException {
    TorchFile bare = new TorchFile(false);
    bare.tensor("0", SIX, 0, new long[] {6}, new long[] {1});
    assertMessage(bare, "no map of tensors");
    assertMessage(new TorchFile(false).op('}').text("epoch").integer(1).op('s'), "[epoch]");
    TorchFile far = new TorchFile(false).op('}').text("w");
    far.tensor("0", SIX, 1, new long[] {6}, new long[] {1}).op('s');
    assertMessage(far, "beyond its storage");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damagedFilesGiveNothingButIoExceptions(boolean legacy) throws IOException {
    byte[] whole = sample(legacy).bytes();
    for (int length = 2; length < whole.length; length += 3) {
      Path file = write(Arrays.copyOf(whole, length));
      var e = assertThrows(IOException.class, () -> PickledState.read(file));
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }
    Random random = new Random(1);
    for (int i = 0; i < 1500; i++) {
      byte[] altered = whole.clone();
      for (int k = 0; k <= i % 3; k++) {
        altered[random.nextInt(altered.length)] = (byte) random.nextInt();
      }
      try {
        PickledState.read(write(altered));
      } catch (IOException expected) {
        assertTrue(expected.getMessage().contains("sample.pth"));
      }
    }
  }

  private static TorchFile sample(boolean legacy) {
    TorchFile file = new TorchFile(legacy);
    return fill(file.global("collections", "OrderedDict").op(')', 'R', '('));
  }

  private static TorchFile fill(TorchFile file) {
    file.text("whole").tensor("0", SIX, 0, new long[] {2, 3}, new long[] {3, 1});
    file.text("part").tensor("0", SIX, 2, new long[] {3}, new long[] {1});
    file.text("transposed").tensor("0", SIX, 0, new long[] {3, 2}, new long[] {1, 3});
    file.text("scalar").tensor("1", new float[] {7}, 0, new long[] {}, new long[] {});
    return file.op('u');
  }

  private void assertMessage(TorchFile file, String part) throws IOException {
    Path written = write(file.bytes());
    var e = assertThrows(IOException.class, () -> StateDict.read(written));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private Map<String, StoredTensor> read(TorchFile file) throws IOException {
    return StateDict.read(write(file.bytes()));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("sample.pth"), bytes);
  }
}
