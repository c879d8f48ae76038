package org.clap4j.core.io;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.clap4j.core.io.Unpickler.PickledStorage;
import org.clap4j.core.io.Unpickler.PickledTensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads the state dict of a PyTorch checkpoint: what {@code torch.save} writes since 1.6 (zip) and
 * wrote before (legacy). Nothing of the file is executed: its pickle is interpreted with a short
 * list of what tensors need, and a file that asks for anything else is refused.
 *
 * <p>Around a state dict there may be other dictionaries, as {@code {"epoch": 3, "model": {...}}}:
 * the one that holds tensors is found. If there are several, it is the one that training scripts
 * call {@code state_dict}, {@code model}, {@code model_state_dict} or {@code module}, unless
 * another one has tensors of the same names, as a moving average has; then its place is to be
 * given.
 *
 * <pre>{@code
 * try (PyTorchCheckpoint file = PyTorchCheckpoint.open(Path.of("Cnn14_mAP=0.431.pth"))) {
 *   INDArray weight = file.array("conv_block1.conv1.weight", DataType.FLOAT);
 * }
 * }</pre>
 */
public final class PyTorchCheckpoint implements TensorFile {

  private static final int ZIP_SIGNATURE = 0x04034b50;
  private static final BigInteger LEGACY_MAGIC = new BigInteger("119547037146038801333356");
  private static final long LEGACY_PROTOCOL = 1001;

  /** Dictionaries in dictionaries; training scripts have two or three. */
  private static final int MOST_NESTING = 32;

  /** Enough for the word. */
  private static final int MOST_BYTE_ORDER = 16;

  private static final String PICKLE = "data.pkl";

  /** What training scripts call the state dict beside the optimizer's and others. */
  private static final Set<String> USUAL_PLACES =
      Set.of("state_dict", "model", "model_state_dict", "module");

  private final Path file;
  private final Storages storages;
  private final Map<String, PickledTensor> tensors;

  private PyTorchCheckpoint(Path file, Storages storages, Map<String, PickledTensor> tensors) {
    this.file = file;
    this.storages = storages;
    this.tensors = tensors;
  }

  /** Where the numbers of storages come from. */
  private interface Storages extends AutoCloseable {

    /** Opens the bytes of a storage. */
    InputStream open(PickledStorage storage) throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * Opens a checkpoint with a single state dict.
   *
   * @throws IOException if the file is damaged, asks for code to be run, or holds none or several;
   *     the message names the file
   */
  public static PyTorchCheckpoint open(Path file) throws IOException {
    return open(file, "");
  }

  /**
   * Opens a checkpoint.
   *
   * @param place dotted keys that lead to the state dict, {@code model} for example; empty to find
   *     it
   */
  public static PyTorchCheckpoint open(Path file, String place) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TensorFileException(file, "there is no such file; check the path");
    }
    try {
      return isZip(file) ? openZip(file, place) : openLegacy(file, place);
    } catch (EOFException e) {
      throw new TensorFileException(file, "is cut short; fetch it again", e);
    } catch (ZipException e) {
      throw new TensorFileException(
          file, "is a damaged zip file (" + e.getMessage() + "); fetch it again", e);
    } catch (Unpickler.PickleException e) {
      throw new TensorFileException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(Integer.BYTES);
      return first.length == Integer.BYTES
          && ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt() == ZIP_SIGNATURE;
    }
  }

  private static PyTorchCheckpoint openZip(Path file, String place) throws IOException {
    ZipFile zip = new ZipFile(file.toFile());
    try {
      String pickle =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
              .findFirst()
              .orElseThrow(
                  () -> new ZipException("it has no " + PICKLE + ", so it is no checkpoint"));
      String folder = pickle.substring(0, pickle.length() - PICKLE.length());
      requireLittleEndian(zip, folder);
      Object root;
      try (InputStream in = zip.getInputStream(zip.getEntry(pickle))) {
        root = new Unpickler(new ByteArrayInputStream(readPickle(in, Files.size(file)))).load();
      }
      return new PyTorchCheckpoint(file, zipStorages(zip, folder), stateDict(root, place));
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** PyTorch compresses nothing, so a pickle that is larger than its file is an attack. */
  private static byte[] readPickle(InputStream in, long fileBytes) throws IOException {
    byte[] pickle = in.readNBytes((int) Math.min(fileBytes, Integer.MAX_VALUE - 8));
    if (in.read() >= 0) {
      throw new ZipException("its pickle is larger than the file");
    }
    return pickle;
  }

  private static void requireLittleEndian(ZipFile zip, String folder) throws IOException {
    ZipEntry entry = zip.getEntry(folder + "byteorder");
    if (entry == null) {
      return;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      String order = new String(in.readNBytes(MOST_BYTE_ORDER), StandardCharsets.US_ASCII).trim();
      if (!order.equals("little")) {
        throw new ZipException("its byte order is " + order + ", little is expected");
      }
    }
  }

  private static Storages zipStorages(ZipFile zip, String folder) {
    return new Storages() {
      @Override
      public InputStream open(PickledStorage storage) throws IOException {
        ZipEntry entry = zip.getEntry(folder + "data/" + storage.key());
        if (entry == null) {
          throw new EOFException("has no storage " + storage.key());
        }
        return zip.getInputStream(entry);
      }

      @Override
      public void close() throws IOException {
        zip.close();
      }
    };
  }

  /** Pickles of magic number, protocol, machine, object, storage keys; then the storages. */
  private static PyTorchCheckpoint openLegacy(Path file, String place) throws IOException {
    try (CountingInputStream in = new CountingInputStream(Files.newInputStream(file))) {
      if (!LEGACY_MAGIC.equals(new Unpickler(in).load())) {
        throw new Unpickler.PickleException(
            "is no PyTorch checkpoint: neither a zip file nor one with the older format's number");
      }
      Object protocol = new Unpickler(in).load();
      if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
        throw new Unpickler.PickleException(
            "has protocol "
                + (protocol instanceof Long number ? number : "of no number")
                + ", "
                + LEGACY_PROTOCOL
                + " is expected");
      }
      new Unpickler(in).load();
      Unpickler unpickler = new Unpickler(in);
      Map<String, PickledTensor> tensors = stateDict(unpickler.load(), place);
      if (!(new Unpickler(in).load() instanceof List<?> keys)) {
        throw new Unpickler.PickleException("has no list of storages");
      }
      Map<String, PickledStorage> known = unpickler.storages();
      Map<String, Long> starts = new LinkedHashMap<>();
      for (Object key : keys) {
        PickledStorage storage = known.get(Unpickler.key(key));
        if (storage == null) {
          throw new Unpickler.PickleException("has a storage " + key + " that no tensor is of");
        }
        long elements = Long.reverseBytes(ByteBuffer.wrap(in.readExactly(Long.BYTES)).getLong());
        if (elements != storage.elements()) {
          throw new Unpickler.PickleException(
              "storage %s has %d elements, %d are expected"
                  .formatted(key, elements, storage.elements()));
        }
        starts.put(storage.key(), in.position());
        in.skipExactly(elements * storage.type().bytes());
      }
      return new PyTorchCheckpoint(file, legacyStorages(file, starts), tensors);
    }
  }

  private static Storages legacyStorages(Path file, Map<String, Long> starts) {
    return new Storages() {
      @Override
      public InputStream open(PickledStorage storage) throws IOException {
        Long start = starts.get(storage.key());
        if (start == null) {
          throw new EOFException("has no storage " + storage.key());
        }
        InputStream in = Files.newInputStream(file);
        in.skipNBytes(start);
        return in;
      }

      @Override
      public void close() {
        // Each stream is closed by its reader.
      }
    };
  }

  private static Map<String, PickledTensor> stateDict(Object root, String place)
      throws Unpickler.PickleException {
    Map<String, Map<String, PickledTensor>> found = new LinkedHashMap<>();
    collect("", root, 0, Collections.newSetFromMap(new IdentityHashMap<>()), found);
    if (!place.isEmpty()) {
      Map<String, PickledTensor> tensors = found.get(place);
      if (tensors == null) {
        throw new Unpickler.PickleException(
            "has no tensors under '" + place + "'; they are under " + found.keySet());
      }
      return tensors;
    }
    if (found.isEmpty()) {
      throw new Unpickler.PickleException("holds no dictionary of tensors");
    }
    return theOneOf(found);
  }

  private static Map<String, PickledTensor> theOneOf(Map<String, Map<String, PickledTensor>> found)
      throws Unpickler.PickleException {
    List<String> places = new ArrayList<>(found.keySet());
    if (places.size() > 1) {
      places.retainAll(USUAL_PLACES);
    }
    Map<String, PickledTensor> one = places.size() == 1 ? found.get(places.get(0)) : null;
    if (one == null || !isUnlikeOthers(one, found)) {
      throw new Unpickler.PickleException(
          "holds tensors in several places, say which: " + found.keySet());
    }
    return one;
  }

  private static boolean isUnlikeOthers(
      Map<String, PickledTensor> one, Map<String, Map<String, PickledTensor>> all) {
    return all.values().stream()
        .filter(other -> other != one)
        .allMatch(other -> Collections.disjoint(one.keySet(), other.keySet()));
  }

  /** Finds the dictionaries that hold tensors by name; one that is there twice, once. */
  private static void collect(
      String place,
      Object value,
      int depth,
      Set<Object> seen,
      Map<String, Map<String, PickledTensor>> found)
      throws Unpickler.PickleException {
    if (!(value instanceof Map<?, ?>) || !seen.add(value)) {
      return;
    }
    if (depth > MOST_NESTING) {
      throw new Unpickler.PickleException(
          "has more than " + MOST_NESTING + " dictionaries within each other");
    }
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : PickleCollections.map(value).entrySet()) {
      String name = entry.getKey();
      if (entry.getValue() instanceof PickledTensor tensor) {
        tensors.put(name, tensor);
      } else {
        String inner = place.isEmpty() ? name : place + '.' + name;
        collect(inner, entry.getValue(), depth + 1, seen, found);
      }
    }
    if (!tensors.isEmpty()) {
      found.put(place, tensors);
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public List<Long> shape(String name) throws IOException {
    return tensor(name).shape();
  }

  private PickledTensor tensor(String name) throws IOException {
    PickledTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new TensorFileException(file, "has no array '" + name + "'");
    }
    return tensor;
  }

  @Override
  public INDArray array(String name, DataType type) throws IOException {
    PickledTensor tensor = tensor(name);
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    if (tensor.length() == 0) {
      return Nd4j.create(type, shape);
    }
    if (tensor.length() > tensor.span()) {
      throw new TensorFileException(
          file, "array '" + name + "' repeats its numbers; save it with contiguous()");
    }
    ByteBuffer bytes = bytes(name, tensor);
    double[] values = new double[(int) tensor.length()];
    read(tensor, shape, 0, 0, 0, values, bytes);
    try (INDArray flat = Nd4j.createFromArray(values)) {
      return flat.reshape(shape).dup('c').castTo(type);
    }
  }

  /** The bytes from a tensor's first element to its last; never more than the file has. */
  private ByteBuffer bytes(String name, PickledTensor tensor) throws IOException {
    long count = tensor.span() * tensor.storage().type().bytes();
    if (count > Integer.MAX_VALUE - 8) {
      throw new TensorFileException(file, "array '" + name + "' has more bytes than can be read");
    }
    try (InputStream in = storages.open(tensor.storage())) {
      in.skipNBytes(tensor.offset() * tensor.storage().type().bytes());
      byte[] read = in.readNBytes((int) count);
      if (read.length < count) {
        throw new EOFException("storage " + tensor.storage().key() + " ends early");
      }
      return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    } catch (EOFException | ZipException e) {
      throw new TensorFileException(
          file, "array '" + name + "' is cut short or damaged; fetch the file again", e);
    }
  }

  /** Reads one dimension after the other, by strides; returns where in values to go on. */
  private static int read(
      PickledTensor tensor,
      long[] shape,
      int dimension,
      long element,
      int at,
      double[] values,
      ByteBuffer bytes) {
    TensorType type = tensor.storage().type();
    if (dimension == shape.length) {
      bytes.position((int) element * type.bytes());
      values[at] = type.readDouble(bytes);
      return at + 1;
    }
    int next = at;
    for (long i = 0; i < shape[dimension]; i++) {
      long inner = element + i * tensor.strides().get(dimension);
      next = read(tensor, shape, dimension + 1, inner, next, values, bytes);
    }
    return next;
  }

  /** The file's name. */
  @Override
  public String toString() {
    return file.toString();
  }

  @Override
  public void close() throws IOException {
    storages.close();
  }

  /** Knows how far it has been read. */
  private static final class CountingInputStream extends InputStream {

    private final InputStream in;
    private long position;

    CountingInputStream(InputStream in) {
      this.in = new BufferedInputStream(in, 1 << 16);
    }

    long position() {
      return position;
    }

    byte[] readExactly(int count) throws IOException {
      byte[] bytes = readNBytes(count);
      if (bytes.length < count) {
        throw new EOFException("ends early");
      }
      return bytes;
    }

    void skipExactly(long count) throws IOException {
      in.skipNBytes(count);
      position += count;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      position += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      position += Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
