package org.clap4j.testkit.mlflow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate of a server at {@code 127.0.0.1} that nobody but its own authority has signed, made
 * with the JDK's {@code keytool}.
 *
 * @param authority a PEM file with the authority's certificate
 * @param server what a server needs to use it
 */
public record TestCertificate(Path authority, SSLContext server) {

  private static final String PASSWORD = "changeit";

  /** Makes one, with its files in a folder that exists. */
  public static TestCertificate create(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path authorityKeys = folder.resolve("authority.p12");
    Path authority = folder.resolve("authority.pem");
    Path keys = folder.resolve("server.p12");
    Path request = folder.resolve("server.csr");
    Path signed = folder.resolve("server.pem");
    generate(authorityKeys, "CN=authority of a test", "bc:c");
    keytool(authorityKeys, "-exportcert", "-rfc", "-file", authority.toString());
    generate(keys, "CN=server of a test", "san=ip:127.0.0.1");
    keytool(keys, "-certreq", "-file", request.toString());
    keytool(
        authorityKeys,
        "-gencert",
        "-rfc",
        "-ext",
        "san=ip:127.0.0.1",
        "-infile",
        request.toString(),
        "-outfile",
        signed.toString());
    keytool(keys, "-importcert", "-noprompt", "-alias", "authority", "-file", authority.toString());
    keytool(keys, "-importcert", "-file", signed.toString());
    return new TestCertificate(authority, context(keys));
  }

  private static void generate(Path keys, String name, String extension)
      throws IOException, InterruptedException {
    keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", name, "-ext", extension);
  }

  private static void keytool(Path keys, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", keys.toString(), "-storepass", PASSWORD));
    if (!command.contains("-alias")) {
      command.addAll(List.of("-alias", "own"));
    }
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
    if (keytool.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  private static SSLContext context(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(keys)) {
      store.load(bytes, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
