package org.clap4j.training.tracking.mlflow;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the MLflow server is and how to get in. Holds secrets: its text form shows none of them.
 *
 * @param uri the server, {@code http://host:5000}, perhaps with {@code user:password@}; null if
 *     there is none
 * @param username for basic authentication, with {@code password}; wins over a token
 * @param password for basic authentication
 * @param token for bearer authentication
 * @param trust which TLS certificates of the server are taken
 * @param experimentName the experiment; null to take the configuration's
 * @param runId the run on the server to go on in; null to find or make one
 */
public record MlflowSettings(
    @Nullable URI uri,
    @Nullable String username,
    @Nullable String password,
    @Nullable String token,
    ServerTrust trust,
    @Nullable String experimentName,
    @Nullable String runId) {

  /** No server. */
  public static final MlflowSettings NONE =
      new MlflowSettings(null, null, null, null, ServerTrust.OF_JAVA, null, null);

  public MlflowSettings {
    if (uri != null) {
      check(uri);
    }
    username = blankToNull(username);
    password = blankToNull(password);
    token = blankToNull(token);
    experimentName = blankToNull(experimentName);
    runId = blankToNull(runId);
    String userInfo = uri == null ? null : uri.getUserInfo();
    if (userInfo != null && username == null) {
      int colon = userInfo.indexOf(':');
      username = colon < 0 ? userInfo : userInfo.substring(0, colon);
      password = colon < 0 ? password : userInfo.substring(colon + 1);
    }
  }

  private static void check(URI uri) {
    if (uri.getHost() == null && uri.getRawAuthority() != null) {
      // What stands before the host cannot be told from it, so nothing of it is shown.
      throw new IllegalArgumentException(
          "the MLflow tracking URI has no host name that can be read; expected http://host:port, or"
              + " http://user:password@host:port with any of @ : / # in user and password written"
              + " as %40 %3A %2F %23");
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          "the MLflow tracking URI must be http:// or https:// (a server; a file store is refused"
              + " by MLflow itself), was '"
              + withoutSecrets(uri)
              + "'");
    }
  }

  /** Without the line feed, too, that a file with a secret ends in. */
  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** A server that lets everybody in. */
  public static MlflowSettings of(URI uri) {
    return new MlflowSettings(uri, null, null, null, ServerTrust.OF_JAVA, null, null);
  }

  /** The server's address without user and password; empty if there is no server. */
  public String publicUri() {
    return uri == null ? "" : withoutSecrets(uri);
  }

  boolean usesTls() {
    return uri != null && "https".equals(uri.getScheme());
  }

  private static String withoutSecrets(URI uri) {
    String text = uri.toString();
    String userInfo = uri.getRawUserInfo();
    String shown = userInfo == null ? text : text.replace(userInfo + "@", "");
    int query = shown.indexOf('?');
    String address = query < 0 ? shown : shown.substring(0, query);
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  @Override
  public String toString() {
    return "MlflowSettings[" + publicUri() + "]";
  }
}
