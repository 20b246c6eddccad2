package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ForeignFiles;
import dev.flowline.ProtoMessage;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxWeightsTest {
  private static final byte[] VALUES = {1, 2, 3, 4, 5, 6, 7, 8};

  @TempDir Path folder;
  @TempDir Path elsewhere;
  private Path network;

  @BeforeEach
  void writeData() throws IOException {
    network = Files.write(folder.resolve("net.onnx"), new byte[0]); // its bytes are handed in
    Files.write(folder.resolve("w.data"), new byte[] {9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  }

  /** All ways of onnx.proto to a tensor, by the numbers of the fields. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7 5", // an initializer
        "7 15 1", // the values of a sparse one
        "7 15 2", // its indices
        "7 1 5 5", // an attribute of a node
        "7 1 5 10", // one of several in an attribute
        "7 1 5 22 1",
        "7 1 5 23 2",
        "7 1 5 6 5", // a graph within an If or a Loop
        "7 1 5 11 1 5 5",
        "25 7 5 5", // a local function
        "25 7 5 6 15 1",
        "25 11 5",
        "20 1 5", // what training begins with
        "20 2 5",
      })
  void weightsOutsideAreFoundAndPutInWhereverTheyStand(String fields) throws IOException {
    ByteBuffer file = within(fields, tensor("w.data", "2", "8", 2));
    var e = assertThrows(IOException.class, () -> OnnxWeights.requireInside(file));
    assertEquals(
        "tensor w lies in another file, w.data, and nothing outside of this one is read",
        e.getMessage());
    ByteBuffer whole = OnnxWeights.putInside(file, network);
    OnnxWeights.requireInside(whole);
    ProtoMessage inside = new ProtoMessage().number(1, 2).number(2, 1).text(8, "w");
    assertArrayEquals(bytes(within(fields, inside.bytes(9, VALUES))), bytes(whole));
    assertSame(whole, OnnxWeights.putInside(whole, network));
  }

  /** Readers merge a message that is written twice: each half alone looks harmless. */
  @Test
  void halvesOfAReferenceAreFound() {
    ProtoMessage place =
        new ProtoMessage().message(13, new ProtoMessage().text(1, "location").text(2, "w.data"));
    for (ProtoMessage half : new ProtoMessage[] {place, new ProtoMessage().number(14, 1)}) {
      ByteBuffer file = within("7 1 5 5", half);
      assertThrows(IOException.class, () -> OnnxWeights.requireInside(file));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../w.data | only files beside the network or below are read",
        "a/../../w.data | only files beside the network or below are read",
        "/etc/hostname | only files beside the network or below are read",
        " | only files beside the network or below are read",
        ". | only files beside the network or below are read",
        "absent.data | is not there: keep the two files together",
        "sub | is no file",
        "w.data | takes 8 bytes from byte 4 of 11",
        "w.data | takes 8 bytes from byte -1 of 11",
        "w.data | takes 4 bytes, and ",
        "w.data | its length, many, is no number",
      })
  void whatCannotBePutInIsOneClearError(String locationAndError) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    String[] parts = locationAndError.split(" *\\| ");
    String offset = parts[1].contains("byte 4") ? "4" : parts[1].contains("-1") ? "-1" : "2";
    String length = parts[1].contains("many") ? "many" : "8";
    long elements = parts[1].contains("takes 4 bytes") ? 1 : 2;
    ByteBuffer file = within("7 5", tensor(parts[0], offset, length, elements));
    var e = assertThrows(IOException.class, () -> OnnxWeights.putInside(file, network));
    assertTrue(e.getMessage().contains(parts[1]), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void linksThatLeadElsewhereAreNotFollowed() throws IOException {
    Path secret = Files.write(elsewhere.resolve("secret"), new byte[11]);
    Files.createSymbolicLink(folder.resolve("link.data"), secret);
    Files.createSymbolicLink(folder.resolve("sub"), elsewhere);
    Files.createSymbolicLink(folder.resolve("chain.data"), folder.resolve("link.data"));
    for (String location : new String[] {"link.data", "sub/secret", "chain.data"}) {
      ByteBuffer file = within("7 5", tensor(location, "2", "8", 2));
      var e = assertThrows(IOException.class, () -> OnnxWeights.putInside(file, network));
      String said = " and only files beside the network or below are read";
      assertTrue(e.getMessage().endsWith(said), e.getMessage());
    }
    Files.createSymbolicLink(folder.resolve("inside.data"), Path.of("w.data"));
    ByteBuffer inside = within("7 5", tensor("inside.data", "2", "8", 2));
    OnnxWeights.requireInside(OnnxWeights.putInside(inside, network));
  }

  /** A cache of downloads has all files in one folder, and links of their names in another. */
  @Test
  void weightsBesideWhatTheNetworkLinksToArePutIn() throws IOException {
    Path store = Files.write(elsewhere.resolve("1a2b"), new byte[0]);
    Path link = Files.createSymbolicLink(folder.resolve("linked.onnx"), store);
    Path data = Files.write(elsewhere.resolve("3c4d"), new byte[11]);
    Files.createSymbolicLink(folder.resolve("linked.data"), data);
    ByteBuffer file = within("7 5", tensor("linked.data", "2", "8", 2));
    OnnxWeights.requireInside(OnnxWeights.putInside(file, link));
  }

  /** A number of protocol buffers has at most 10 bytes. */
  @Test
  void packedDimensionsOfTooManyBytesAreRefused() throws IOException {
    byte[] two = {2};
    byte[] endless = new byte[11];
    Arrays.fill(endless, 0, 10, (byte) 0x80);
    byte[] cut = {(byte) 0x82};
    OnnxWeights.requireInside(within("7 5", new ProtoMessage().bytes(1, two).number(2, 1)));
    for (byte[] dimension : new byte[][] {endless, cut}) {
      ByteBuffer file = within("7 5", new ProtoMessage().bytes(1, dimension).number(2, 1));
      var e = assertThrows(IOException.class, () -> OnnxWeights.requireInside(file));
      assertEquals("its bytes are no protocol buffers, or damaged ones", e.getMessage());
    }
  }

  @Test
  void damageIsAnIoExceptionAndNothingElse() throws IOException {
    StoredTensor weight = StoredTensor.of(new float[27], 1, 3, 3, 3);
    byte[] whole = Files.readAllBytes(ForeignFiles.onnx(folder.resolve("net.onnx"), weight, 0));
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] altered = Arrays.copyOf(whole, i < whole.length ? i : whole.length);
      for (int k = 0; k < i % 4 && altered.length > 0; k++) {
        altered[random.nextInt(altered.length)] = (byte) random.nextInt();
      }
      try {
        OnnxWeights.requireInside(ByteBuffer.wrap(altered));
        OnnxTensors.of(ByteBuffer.wrap(altered));
      } catch (IOException expected) {
        assertEquals(1, expected.getMessage().lines().count());
      }
    }
  }

  @Test
  void graphsNestedTooDeeplyAreRefused() {
    ProtoMessage graph = new ProtoMessage().text(2, "innermost");
    for (int i = 0; i < 60; i++) {
      graph =
          new ProtoMessage()
              .message(1, new ProtoMessage().message(5, new ProtoMessage().message(6, graph)));
    }
    ByteBuffer file = ByteBuffer.wrap(new ProtoMessage().message(7, graph).bytes());
    var e = assertThrows(IOException.class, () -> OnnxWeights.requireInside(file));
    assertEquals("its graphs are nested too deeply", e.getMessage());
  }

  private static ProtoMessage tensor(String location, String offset, String length, long elements) {
    return new ProtoMessage()
        .number(1, elements)
        .number(2, 1)
        .text(8, "w")
        .message(13, new ProtoMessage().text(1, "location").text(2, location))
        .message(13, new ProtoMessage().text(1, "offset").text(2, offset))
        .message(13, new ProtoMessage().text(1, "length").text(2, length))
        .number(14, 1);
  }

  /** Puts a tensor into messages in messages, with a name beside each. */
  private static ByteBuffer within(String fields, ProtoMessage tensor) {
    ProtoMessage message = tensor;
    String[] numbers = fields.split(" ");
    for (int i = numbers.length - 1; i >= 0; i--) {
      ProtoMessage outer = new ProtoMessage().text(30, "before");
      message = outer.message(Integer.parseInt(numbers[i]), message).text(30, "behind");
    }
    return ByteBuffer.wrap(message.bytes());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
