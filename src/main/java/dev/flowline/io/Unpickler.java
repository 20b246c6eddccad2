package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a Python pickle as data. Opcodes build lists, maps, strings and numbers; a reference to
 * Python code is kept as its name, {@link Global}, and where the pickle asks for a call, a {@link
 * Host} decides by that name what stands for the result. Nothing is loaded or executed.
 */
final class Unpickler {
  /** The qualified name of something in Python. */
  record Global(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** Gives meaning to calls and persistent references. */
  interface Host {
    /**
     * @throws IOException if that callable is not one that data needs
     */
    Object call(Global callable, List<?> arguments) throws IOException;

    Object persistent(List<?> id) throws IOException;

    /**
     * Takes memory for a value before it is made.
     *
     * @throws IOException if the file asks for too much
     */
    void take(long bytes) throws IOException;
  }

  private static final Object MARK = new Object();

  /**
   * The bytes that a Java object takes, about. A reference is on the stack and then in a container.
   */
  private static final int REFERENCE_BYTES = 16;

  private static final int NUMBER_BYTES = 24;
  private static final int CONTAINER_BYTES = 80;
  private static final int TEXT_BYTES = 64;
  private static final int MEMO_BYTES = 80;
  private static final int PAIR_BYTES = 64; // of a map

  private final ByteBuffer in;
  private final Host host;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /**
   * @param in starts at a pickle and is advanced past it
   */
  Unpickler(ByteBuffer in, Host host) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.host = host;
  }

  /** The pickled value. */
  Object load() throws IOException {
    while (true) {
      int opcode = in.get() & 0xff;
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
    }
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> in.get(); // PROTO
      case 0x95 -> in.getLong(); // FRAME
      case '(' -> push(MARK, 0);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(peek(), 0);
      case 'N' -> push(null, 0);
      case 0x88 -> push(true, 0);
      case 0x89 -> push(false, 0);
      case 'J' -> push((long) in.getInt(), NUMBER_BYTES);
      case 'K' -> push(in.get() & 0xffL, NUMBER_BYTES);
      case 'M' -> push(in.getShort() & 0xffffL, NUMBER_BYTES);
      case 0x8a -> push(integer(in.get() & 0xff), NUMBER_BYTES);
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())), NUMBER_BYTES);
      case 'X' -> push(text(in.getInt(), StandardCharsets.UTF_8), 0);
      case 0x8c -> push(text(in.get() & 0xff, StandardCharsets.UTF_8), 0);
      case 'T', 'B' -> push(text(in.getInt(), StandardCharsets.ISO_8859_1), 0);
      case 'U', 'C' -> push(text(in.get() & 0xff, StandardCharsets.ISO_8859_1), 0);
      case '}' -> push(new LinkedHashMap<>(), CONTAINER_BYTES);
      case ']', 0x8f -> push(new ArrayList<>(), CONTAINER_BYTES);
      case ')' -> push(new ArrayList<>(), CONTAINER_BYTES);
      case 't', 'l' -> push(popToMark(), CONTAINER_BYTES);
      case 0x85 -> push(popLast(1), CONTAINER_BYTES);
      case 0x86 -> push(popLast(2), CONTAINER_BYTES);
      case 0x87 -> push(popLast(3), CONTAINER_BYTES);
      case 'a' -> append(popLast(1));
      case 'e', 0x90 -> append(popToMark());
      case 's' -> put(popLast(2));
      case 'u' -> put(popToMark());
      case 'd' -> {
        List<Object> items = popToMark();
        push(new LinkedHashMap<>(), CONTAINER_BYTES);
        put(items);
      }
      case 'q' -> memoize(in.get() & 0xff);
      case 'r' -> memoize(in.getInt());
      case 0x94 -> memoize(memo.size());
      case 'h' -> push(memo.get(in.get() & 0xff), 0);
      case 'j' -> push(memo.get(in.getInt()), 0);
      case 'c' -> push(new Global(line(), line()), CONTAINER_BYTES);
      case 0x93 -> {
        List<Object> names = popLast(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw new IOException("the pickle names something in Python by what is no text");
        }
        push(new Global(module, name), CONTAINER_BYTES);
      }
      case 'R', 0x81 -> call();
      case 'b' -> pop(); // an object's state is set on nothing that we keep
      case 'Q' -> push(host.persistent(list(pop())), 0);
      default -> throw new IOException("pickle opcode 0x" + Integer.toHexString(opcode));
    }
  }

  private void call() throws IOException {
    List<?> arguments = list(pop());
    Object callable = pop();
    if (!(callable instanceof Global global)) {
      throw new IOException("the pickle calls what is no name");
    }
    push(host.call(global, arguments), CONTAINER_BYTES);
  }

  private void append(List<Object> items) throws IOException {
    if (peek() instanceof List<?>) {
      @SuppressWarnings("unchecked")
      List<Object> target = (List<Object>) peek();
      target.addAll(items);
    } else if (!(peek() instanceof Global)) {
      throw new IOException("the pickle appends to what is no list");
    }
  }

  private void put(List<Object> items) throws IOException {
    if (peek() instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked")
      Map<Object, Object> target = (Map<Object, Object>) peek();
      host.take((long) PAIR_BYTES * (items.size() / 2));
      for (int i = 0; i + 1 < items.size(); i += 2) {
        if (isKey(items.get(i))) {
          target.put(items.get(i), items.get(i + 1));
        }
      }
    } else if (!(peek() instanceof Global)) {
      throw new IOException("the pickle puts items into what is no map");
    }
  }

  /**
   * Returns whether a value can name a tensor. A list as a key might hold itself and never hash.
   */
  static boolean isKey(Object value) {
    return value instanceof String || value instanceof Long;
  }

  private void push(Object value, int bytes) throws IOException {
    host.take(REFERENCE_BYTES + bytes);
    stack.add(value);
  }

  private void memoize(int index) throws IOException {
    host.take(MEMO_BYTES);
    memo.put(index, peek());
  }

  private Object peek() throws IOException {
    if (stack.isEmpty()) {
      throw new IOException("the pickle takes from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws IOException {
    peek();
    return stack.remove(stack.size() - 1);
  }

  private List<Object> popLast(int count) throws IOException {
    return popFrom(stack.size() - count);
  }

  private List<Object> popToMark() throws IOException {
    int mark = stack.lastIndexOf(MARK);
    List<Object> items = popFrom(mark + 1);
    pop();
    return items;
  }

  private List<Object> popFrom(int first) throws IOException {
    if (first < 0) {
      throw new IOException("the pickle takes from an empty stack");
    }
    List<Object> tail = stack.subList(first, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private static List<?> list(Object value) throws IOException {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IOException("the pickle lacks a tuple");
  }

  /** A little-endian two's complement integer; one beyond 64 bits keeps its low 64. */
  private long integer(int length) {
    byte[] bytes = bytes(length);
    long value = length > 0 && bytes[length - 1] < 0 ? -1 : 0;
    for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  private String text(int length, Charset charset) throws IOException {
    byte[] bytes = bytes(length);
    host.take(TEXT_BYTES + 2L * length);
    return new String(bytes, charset);
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new java.nio.BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      line.append((char) b);
    }
    host.take(TEXT_BYTES + 2L * line.length());
    return line.toString();
  }
}
