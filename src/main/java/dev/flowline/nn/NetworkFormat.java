package dev.flowline.nn;

import java.nio.ByteBuffer;

/** The formats of files that hold a whole network. */
public enum NetworkFormat {
  /** A program that LibTorch interprets: it can do what its user can do. */
  TORCHSCRIPT("a TorchScript program, which runs with your rights if the model is used"),
  /** A graph of operators that ONNX Runtime computes. */
  ONNX("an ONNX graph; no code runs");

  private final String words;

  NetworkFormat(String words) {
    this.words = words;
  }

  /** Returns what such a file is, and what it means to use it. */
  public String words() {
    return words;
  }

  /**
   * Returns the format as which a file is opened, and no other: TorchScript for a zip archive, ONNX
   * for all else. Whether it can be opened is another question.
   */
  public static NetworkFormat of(ByteBuffer file) {
    int at = file.position();
    boolean zip = file.remaining() > 4 && file.get(at) == 'P' && file.get(at + 1) == 'K';
    return zip ? TORCHSCRIPT : ONNX;
  }
}
