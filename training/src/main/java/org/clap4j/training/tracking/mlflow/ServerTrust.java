package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which TLS certificates of a server are taken. */
public final class ServerTrust {

  /** Those that the Java installation trusts. */
  public static final ServerTrust OF_JAVA = new ServerTrust("this Java's authorities", null);

  private final String trusted;
  private final @Nullable SSLContext context;

  private ServerTrust(String trusted, @Nullable SSLContext context) {
    this.trusted = trusted;
    this.context = context;
  }

  /** Any certificate, of any host. */
  public static ServerTrust anyCertificate() {
    return new ServerTrust("everybody", context(new AnyCertificate()));
  }

  /**
   * Only those that a file names, or that are signed by one it names.
   *
   * @param pem certificates in PEM form, one after the other
   * @throws IllegalArgumentException if the file cannot be read or is none of certificates
   */
  public static ServerTrust only(Path pem) {
    Collection<? extends Certificate> certificates = read(pem);
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("certificate-" + store.size(), certificate);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      return new ServerTrust("the certificates in " + pem, context(managers.getTrustManagers()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM has no store of certificates", e);
    }
  }

  /**
   * For a server without TLS: a client that is told nothing reads all of Java's authorities, which
   * takes a tenth of a second or two.
   */
  static SSLContext ofNobody() {
    return context(new TrustManager[0]);
  }

  private static Collection<? extends Certificate> read(Path pem) {
    String expected = "; expected a file of certificates in PEM form";
    if (!Files.isRegularFile(pem)) {
      throw new IllegalArgumentException(pem + " is no file" + expected);
    }
    try (InputStream bytes = Files.newInputStream(pem)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(bytes);
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException(pem + " holds no certificate" + expected);
      }
      return certificates;
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          pem + " cannot be read (" + e.getMessage() + ")" + expected, e);
    }
  }

  private static SSLContext context(TrustManager... managers) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /** What TLS is to be done with; null for Java's own. */
  @Nullable SSLContext context() {
    return context;
  }

  @Override
  public String toString() {
    return trusted;
  }

  /** An extended trust manager also decides about host names, so those are not checked either. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
