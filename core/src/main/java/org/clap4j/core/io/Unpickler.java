package org.clap4j.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Interprets a pickle of tensors and plain values. A pickle is a program for a small machine that
 * can import and call anything; this machine imports nothing, makes the few things itself that
 * checkpoints need ({@link Known}), and refuses a pickle that calls anything else, so that reading
 * a file never runs code from it. A name that is mentioned and not called is harmless: a type of
 * numbers among options, for example.
 *
 * <p>Dictionaries become maps of the values whose keys are texts, lists, tuples and sets lists,
 * integers Long or BigInteger, None and what is passed over {@link #NONE}. Opcodes are those of
 * protocols 0 to 5 that torch and its users write.
 */
final class Unpickler {

  /** Python's None. */
  static final Object NONE = new Object();

  private static final Object MARK = new Object();

  private static final int MOST_DIGITS = 1_000;

  private final InputStream in;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private final Map<String, PickledStorage> storages = new LinkedHashMap<>();

  /** Starts before the next pickle of a stream. */
  Unpickler(InputStream in) {
    this.in = in;
  }

  /** Says what a pickle asks for that it must not, or why it cannot be read. */
  static final class PickleException extends IOException {

    private static final long serialVersionUID = 1L;

    PickleException(String problem) {
      super(problem);
    }
  }

  /** Numbers that tensors share. */
  record PickledStorage(TensorType type, String key, long elements) {}

  /**
   * A view of a storage; offset and strides count elements.
   *
   * @param length how many elements the view shows
   * @param span how many there are from its first to its last one; fewer where it repeats some
   */
  record PickledTensor(
      PickledStorage storage,
      long offset,
      List<Long> shape,
      List<Long> strides,
      long length,
      long span) {

    /** The most dimensions that an array can have here. */
    private static final int MOST_DIMENSIONS = 32;

    /** Checks that a view lies within its storage. */
    static PickledTensor of(
        PickledStorage storage, long offset, List<Long> shape, List<Long> strides)
        throws PickleException {
      boolean fits = shape.size() == strides.size() && shape.size() <= MOST_DIMENSIONS;
      long length = 1;
      long span = 1;
      try {
        for (int i = 0; fits && i < shape.size(); i++) {
          fits = shape.get(i) >= 0 && strides.get(i) >= 0;
          length = Math.multiplyExact(length, shape.get(i));
          span = Math.addExact(span, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        span = length == 0 ? 0 : span;
        fits &= offset >= 0 && Math.addExact(offset, span) <= storage.elements();
      } catch (ArithmeticException e) {
        fits = false;
      }
      if (!fits) {
        throw new PickleException(
            "its pickle is damaged: a tensor of shape %s with strides %s begins at element %d of %d"
                .formatted(shape, strides, offset, storage.elements()));
      }
      return new PickledTensor(storage, offset, shape, strides, length, span);
    }
  }

  private record Global(String name) {}

  /** The names that a pickle may call. */
  private static final class Known {

    private static final String ORDERED_DICT = "collections.OrderedDict";
    private static final String DEFAULT_DICT = "collections.defaultdict";
    private static final String OLDER_TENSOR = "torch._utils._rebuild_tensor";
    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final String SIZE = "torch.Size";
    private static final String SET = "__builtin__.set";
    private static final String SET_OF_PYTHON_3 = "builtins.set";

    private static final Map<String, TensorType> STORAGES =
        Map.of(
            "torch.FloatStorage", TensorType.F32,
            "torch.DoubleStorage", TensorType.F64,
            "torch.HalfStorage", TensorType.F16,
            "torch.BFloat16Storage", TensorType.BF16,
            "torch.LongStorage", TensorType.I64,
            "torch.IntStorage", TensorType.I32,
            "torch.ShortStorage", TensorType.I16,
            "torch.CharStorage", TensorType.I8,
            "torch.ByteStorage", TensorType.U8,
            "torch.BoolStorage", TensorType.BOOL);

    /** What training keeps beside weights, numpy's numbers and options: never looked at. */
    private static final Set<String> PASSED_OVER =
        Set.of(
            "_codecs.encode",
            "argparse.Namespace",
            "pathlib.PosixPath",
            "pathlib.PurePosixPath",
            "pathlib.WindowsPath",
            "pathlib.PureWindowsPath",
            "torch.device",
            "types.SimpleNamespace",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray._reconstruct",
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar");

    private Known() {}
  }

  /** The storages that have been named so far. */
  Map<String, PickledStorage> storages() {
    return storages;
  }

  /** Runs the program to its end and gives what it leaves. */
  Object load() throws IOException {
    try {
      while (true) {
        int opcode = in.read();
        if (opcode < 0) {
          throw new EOFException("ends within a pickle");
        }
        if (opcode == '.') {
          return stack.pop();
        }
        run(opcode);
      }
    } catch (NoSuchElementException
        | ClassCastException
        | IndexOutOfBoundsException
        | NumberFormatException e) {
      PickleException damaged = new PickleException("its pickle is damaged");
      damaged.initCause(e);
      throw damaged;
    }
  }

  private void run(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> read(1); // PROTO
      case 0x95 -> read(8); // FRAME
      case '(' -> stack.push(MARK);
      case '0' -> stack.pop();
      case '1' -> toMark();
      case '2' -> stack.push(stack.getFirst());
      case 'N' -> stack.push(NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K' -> stack.push(little(1));
      case 'M' -> stack.push(little(2));
      case 'J' -> stack.push((long) (int) little(4));
      case 0x8a -> stack.push(integer(read((int) little(1))));
      case 0x8b -> stack.push(integer(read(requireFew(length(little(4))))));
      case 'I' -> stack.push(numberLine());
      case 'L' -> stack.push(numberLine());
      case 'F' -> stack.push(Double.valueOf(line()));
      case 'G' -> stack.push(ByteBuffer.wrap(read(8)).getDouble());
      case 'X' -> stack.push(text(length(little(4))));
      case 0x8c -> stack.push(text((int) little(1)));
      case 0x8d -> stack.push(text(length(little(8))));
      case 'V' -> stack.push(line());
      case 'S' -> stack.push(unquoted(line()));
      case 'U', 'C' -> stack.push(latin(read((int) little(1))));
      case 'T', 'B' -> stack.push(latin(read(length(little(4)))));
      case '}' -> stack.push(new LinkedHashMap<>());
      case ']', ')', 0x8f -> stack.push(new ArrayList<>());
      case 't', 'l' -> stack.push(toMark());
      case 'd' -> {
        Map<String, Object> map = new LinkedHashMap<>();
        putAll(map, toMark());
        stack.push(map);
      }
      case 0x85 -> stack.push(last(1));
      case 0x86 -> stack.push(last(2));
      case 0x87 -> stack.push(last(3));
      case 's' -> {
        List<Object> entry = last(2);
        putAll(top(), entry);
      }
      case 'u' -> {
        List<Object> entries = toMark();
        putAll(top(), entries);
      }
      case 'a' -> {
        Object value = stack.pop();
        PickleCollections.list(stack.getFirst()).add(value);
      }
      case 'e', 0x90 -> {
        List<Object> values = toMark();
        PickleCollections.list(stack.getFirst()).addAll(values);
      }
      case 'q' -> memo.put(little(1), stack.getFirst());
      case 'r' -> memo.put(little(4), stack.getFirst());
      case 'p' -> memo.put(Long.valueOf(line()), stack.getFirst());
      case 0x94 -> memo.put((long) memo.size(), stack.getFirst());
      case 'h' -> recall(little(1));
      case 'j' -> recall(little(4));
      case 'g' -> recall(Long.parseLong(line()));
      case 'c' -> stack.push(new Global(line() + '.' + line()));
      case 0x93 -> {
        List<Object> name = last(2);
        stack.push(new Global((String) name.get(0) + '.' + (String) name.get(1)));
      }
      case 'Q' -> stack.push(persistent(PickleCollections.list(stack.pop())));
      case 'R', 0x81 -> {
        List<Object> arguments = PickleCollections.list(stack.pop());
        stack.push(call((Global) stack.pop(), arguments));
      }
      case 'b' -> stack.pop(); // the state of a dictionary or of numpy's: no weights in it
      default ->
          throw new PickleException("its pickle has an unknown opcode 0x%02x".formatted(opcode));
    }
  }

  private Object call(Global global, List<Object> arguments) throws PickleException {
    return switch (global.name()) {
      case Known.ORDERED_DICT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        if (!arguments.isEmpty()) {
          for (Object entry : PickleCollections.list(arguments.get(0))) {
            putAll(map, PickleCollections.list(entry));
          }
        }
        yield map;
      }
      case Known.DEFAULT_DICT -> new LinkedHashMap<>();
      case Known.TENSOR, Known.OLDER_TENSOR ->
          PickledTensor.of(
              (PickledStorage) arguments.get(0),
              (Long) arguments.get(1),
              PickleCollections.longs(arguments.get(2)),
              PickleCollections.longs(arguments.get(3)));
      case Known.PARAMETER, Known.SIZE, Known.SET, Known.SET_OF_PYTHON_3 -> arguments.get(0);
      default -> {
        if (Known.PASSED_OVER.contains(global.name())) {
          yield NONE;
        }
        throw new PickleException(
            "asks for '"
                + global.name()
                + "', which is not among what weights need; nothing was run. If you trust the file,"
                + " load it in Python and save its state dict alone, best as safetensors");
      }
    };
  }

  /** ('storage', type, key, device, elements, ...). */
  private PickledStorage persistent(List<Object> id) throws PickleException {
    TensorType type = id.get(1) instanceof Global global ? Known.STORAGES.get(global.name()) : null;
    if (type == null || !"storage".equals(id.get(0))) {
      throw new PickleException(
          "refers to "
              + (id.get(0) instanceof String kind ? kind : "something")
              + ", only storages of numbers are known");
    }
    PickledStorage storage = new PickledStorage(type, key(id.get(2)), (Long) id.get(4));
    if (storage.elements() < 0 || storage.elements() > Long.MAX_VALUE / type.bytes()) {
      throw new PickleException(
          "its pickle is damaged: a storage of " + storage.elements() + " elements");
    }
    storages.put(storage.key(), storage);
    return storage;
  }

  /** A storage's key; of anything else a pickle may hold, the text could be endless. */
  static String key(Object value) throws PickleException {
    if (value instanceof String || value instanceof Long) {
      return value.toString();
    }
    throw new PickleException("its pickle is damaged: a storage has no name");
  }

  private void recall(long index) throws PickleException {
    Object value = memo.get(index);
    if (value == null) {
      throw new PickleException("its pickle is damaged: nothing is remembered as " + index);
    }
    stack.push(value);
  }

  private Map<String, Object> top() {
    return PickleCollections.map(stack.getFirst());
  }

  private static void putAll(Map<String, Object> map, List<Object> keysAndValues) {
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object value = keysAndValues.get(i + 1);
      if (keysAndValues.get(i) instanceof String key) {
        map.put(key, value);
      }
    }
  }

  private List<Object> toMark() {
    List<Object> values = new ArrayList<>();
    for (Object value = stack.pop(); value != MARK; value = stack.pop()) {
      values.add(value);
    }
    Collections.reverse(values);
    return values;
  }

  private List<Object> last(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, stack.pop());
    }
    return values;
  }

  private byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("ends within a pickle");
    }
    return bytes;
  }

  private long little(int count) throws IOException {
    byte[] bytes = read(count);
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value;
  }

  /** Numbers of more digits take long to read, and no checkpoint has them. */
  private static int requireFew(int digits) throws PickleException {
    if (digits > MOST_DIGITS) {
      throw new PickleException("its pickle is damaged: a number of " + digits + " digits");
    }
    return digits;
  }

  private static int length(long stated) throws PickleException {
    if (stated < 0 || stated > Integer.MAX_VALUE - 8) {
      throw new PickleException("its pickle has a text of " + stated + " bytes");
    }
    return (int) stated;
  }

  private String text(int count) throws IOException {
    return new String(read(count), StandardCharsets.UTF_8);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("ends within a pickle");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static String unquoted(String text) {
    return text.length() < 2 ? text : text.substring(1, text.length() - 1);
  }

  private Object numberLine() throws IOException {
    String line = line();
    requireFew(line.length());
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default ->
          narrow(new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
    };
  }

  /** Two's complement, little-endian. */
  private static Object integer(byte[] little) {
    byte[] big = new byte[little.length + 1];
    for (int i = 0; i < little.length; i++) {
      big[little.length - i] = little[i];
    }
    big[0] = (byte) (little.length > 0 && little[little.length - 1] < 0 ? -1 : 0);
    return narrow(new BigInteger(big));
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }
}
