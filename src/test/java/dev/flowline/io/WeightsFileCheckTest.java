package dev.flowline.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ForeignFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given as weights and is none: one line that says what it is and what to do. */
class WeightsFileCheckTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        " | it is empty; download the file again",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n | it is a pointer of Git LFS, and not the file itself; run 'git lfs pull'",
        "\n<!DOCTYPE html>\n<html> | it is a web page; download the file that the page offers",
        "\u00ef\u00bb\u00bf<html lang='en'> | it is a web page; ",
        "<?xml version='1.0'?><Error><Code>AccessDenied</Code> | it is an XML text",
        "{\"error\": \"no such file\"} | it is a JSON text",
        "\u001f\u008b\u0008 | it is compressed; unpack it",
        "\u0089HDF\r\n\u001a\n | it is an HDF5 file",
        "\u0093NUMPY\u0001 | it is a NumPy array",
        "GGUF\u0003 | it is a GGUF file",
        "Not Found | it is neither a safetensors file nor one of torch.save; download the file again",
        "x | it is neither a safetensors file nor one of torch.save",
        "PK\u0003\u0004 and no more of it | it is a truncated or damaged archive; download the file again",
      })
  void whatItIsAndWhatToDo(String contentAndError) throws IOException {
    int bar = contentAndError.lastIndexOf(" | ");
    Path file = folder.resolve("resnet18.pth");
    Files.write(file, contentAndError.substring(0, bar).getBytes(ISO_8859_1));
    assertRefused(file, contentAndError.substring(bar + 3));
  }

  @Test
  void aTorchScriptProgramIsNamed() throws IOException {
    StoredTensor weight = StoredTensor.of(new float[27], 1, 3, 3, 3);
    Path file = folder.resolve("resnet18.pt");
    ForeignFiles.torchScript(file, weight, ForeignFiles.BOTH);
    assertRefused(file, "it is a TorchScript program; in Python save its weights");
  }

  @Test
  void anotherArchiveIsNamed() throws IOException {
    Path file = folder.resolve("weights.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : new String[] {"readme.txt", "weights/resnet18.pth"}) {
        zip.putNextEntry(new ZipEntry(name));
      }
    }
    assertRefused(
        file,
        "it is a zip archive of other things (weights/resnet18.pth and 1 more); unpack it if the weights are in it");
    assertRefused(folder, "it is a folder; name the file of weights in it");
  }

  @Test
  void theContentCountsAndNotTheName() throws IOException {
    StoredTensor six = StoredTensor.of(SIX, 6);
    Path pth = folder.resolve("named-otherwise.pth");
    new Safetensors(Map.of(), Map.of("w", six)).write(pth);
    assertArrayEquals(SIX, StateDict.read(pth).get("w").toFloats());
    byte[] whole = Files.readAllBytes(pth);
    TorchFile torch = new TorchFile(false).op('}').text("w");
    torch.tensor("0", SIX, 0, new long[] {6}, new long[] {1}).op('s');
    Path safetensors = Files.write(folder.resolve("named-otherwise.safetensors"), torch.bytes());
    assertArrayEquals(SIX, StateDict.read(safetensors).get("w").toFloats());
    for (int length = 1; length < whole.length; length += 7) {
      Files.write(pth, Arrays.copyOf(whole, length));
      var e = assertThrows(IOException.class, () -> StateDict.read(pth));
      assertTrue(e.getMessage().startsWith(pth.toString()), e.getMessage());
    }
  }

  private static void assertRefused(Path file, String part) {
    var e = assertThrows(IOException.class, () -> StateDict.read(file));
    assertTrue(e.getMessage().startsWith(file + " holds no weights: " + part), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
