package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The texts that an ONNX file holds for who reads it (metadata_props of onnx.proto). */
public final class OnnxMetadata {
  private static final int METADATA = 14;

  private OnnxMetadata() {}

  /**
   * Returns the texts by key.
   *
   * @throws IOException if it is no ONNX file
   */
  public static Map<String, String> of(ByteBuffer file) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    ProtoReader model = new ProtoReader(file);
    while (model.next()) {
      if (model.is(METADATA, ProtoReader.BYTES)) {
        String key = "";
        String value = "";
        ProtoReader entry = new ProtoReader(model.content());
        while (entry.next()) {
          if (entry.is(1, ProtoReader.BYTES)) {
            key = entry.text();
          } else if (entry.is(2, ProtoReader.BYTES)) {
            value = entry.text();
          }
        }
        texts.put(key, value);
      }
    }
    return texts;
  }
}
