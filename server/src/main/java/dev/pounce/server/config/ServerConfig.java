package dev.pounce.server.config;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set about a server. Immutable and checked: one that exists is valid.
 *
 * @param host the address to listen on; a name or an IP address
 * @param port the TCP port, 0 to 65535; 0 takes a free one
 * @param uds the path of a Unix domain socket to listen on instead of host and port, or null
 * @param udsPermissions who may connect to the Unix domain socket: whoever may write to its file
 * @param workers how many workers share the connections, 0 to 1,024; 0 means one for each core
 * @param workerMode whether workers share this JVM or have one each
 * @param maxRequestsPerWorker after how many requests a worker process is replaced; 0 means never
 * @param maxRequestsJitter up to how many requests more, by chance, so that worker processes are
 *     not replaced all at once
 * @param backlog how many connections the kernel may queue before they are accepted, 1 to 65,535
 * @param keepAliveTimeout how long a connection may idle between requests
 * @param headerTimeout how long a request's head may take to arrive: 408 after that
 * @param requestTimeout how long the application may take to start its response: 504 after that
 * @param writeTimeout how long one write may wait for a client that does not read
 * @param lameDuck how long a server that is told to stop serves on, its health check at 503, so
 *     that load balancers can see it
 * @param shutdownTimeout how long a drain waits for requests under way before it cuts them
 * @param reloadTimeout how long requests under way in a replaced version of the application may
 *     take until they are cut
 * @param stallThreshold how late virtual threads may run until it is logged
 * @param maxRequestSize the largest request body: 413 beyond it
 * @param maxRequestLine the longest request line: 414 beyond it
 * @param maxHeaderLine the longest header line: 431 beyond it
 * @param maxHeaderSize the largest head, request line included: 431 beyond it
 * @param maxConcurrentStreams how many requests a client may have under way on one HTTP/2
 *     connection
 * @param maxHeaders the most header fields: 431 beyond it
 * @param maxConnections the most connections served at once: 503 beyond it
 * @param websocketCompression whether messages are compressed for clients that offer
 *     permessage-deflate
 * @param websocketMaxMessageSize the largest message of a WebSocket, decompressed: close code 1009
 *     beyond it
 * @param websocketPingInterval how often the client of a WebSocket is pinged; zero for never
 * @param websocketPingTimeout how long it may then stay silent: close code 1011 after that
 * @param serverHeader the {@code Server} field of every response; empty for none
 * @param healthCheckPath where the built-in health check answers, or null for nowhere
 * @param metricsPath where the built-in metrics answer, or null for nowhere; not the health check's
 * @param trustedHosts the peers whose {@code X-Forwarded-*} and {@code X-Request-ID} are believed
 * @param sslCertfile the server's certificate and those of who signed it, as PEM, or with the key
 *     as PKCS#12; with one the server speaks TLS, or null
 * @param sslKeyfile the private key as PEM, or null if it is in the file above
 * @param sslKeyfilePasswordFile a file whose first line is the password of the private key, or null
 * @param sslCaCerts whose signature on a client's certificate is good, as PEM, or null
 * @param sslClientAuth whether clients are asked for certificates
 * @param logLevel the least level that is logged
 * @param logFormat the form of all log lines
 * @param http2 whether HTTP/2 is spoken: where TLS agrees on it, and in clear to clients that begin
 *     with it
 * @param compression whether responses are compressed for clients that take it
 * @param compressionMinSize the least body that is compressed, where its size is known beforehand
 * @param lifecycleLogging whether lifecycle events are logged
 * @param logSlowRequestsThreshold a request that takes longer counts as slow
 * @param serverTiming whether responses have a {@code Server-Timing} field
 * @param otelEndpoint where traces are sent to, by OTLP over HTTP: {@code v1/traces} below this
 *     URI; or null
 * @param otelServiceName the service's name in traces
 * @param reload whether the application is loaded anew when its files change; for development
 */
public record ServerConfig(
    String host,
    int port,
    @Nullable Path uds,
    Set<PosixFilePermission> udsPermissions,
    int workers,
    WorkerMode workerMode,
    int maxRequestsPerWorker,
    int maxRequestsJitter,
    int backlog,
    Duration keepAliveTimeout,
    Duration headerTimeout,
    Duration requestTimeout,
    Duration writeTimeout,
    Duration lameDuck,
    Duration shutdownTimeout,
    Duration reloadTimeout,
    Duration stallThreshold,
    ByteSize maxRequestSize,
    ByteSize maxRequestLine,
    ByteSize maxHeaderLine,
    ByteSize maxHeaderSize,
    int maxConcurrentStreams,
    int maxHeaders,
    int maxConnections,
    boolean websocketCompression,
    ByteSize websocketMaxMessageSize,
    Duration websocketPingInterval,
    Duration websocketPingTimeout,
    String serverHeader,
    @Nullable String healthCheckPath,
    @Nullable String metricsPath,
    List<Network> trustedHosts,
    @Nullable Path sslCertfile,
    @Nullable Path sslKeyfile,
    @Nullable Path sslKeyfilePasswordFile,
    @Nullable Path sslCaCerts,
    ClientAuth sslClientAuth,
    LogLevel logLevel,
    LogFormat logFormat,
    boolean http2,
    boolean compression,
    ByteSize compressionMinSize,
    boolean lifecycleLogging,
    Duration logSlowRequestsThreshold,
    boolean serverTiming,
    @Nullable URI otelEndpoint,
    String otelServiceName,
    boolean reload) {

  /**
   * Checks every field.
   *
   * @throws ConfigException if any is out of its range, naming all that are
   */
  public ServerConfig {
    udsPermissions = Set.copyOf(udsPermissions);
    trustedHosts = List.copyOf(trustedHosts);
    Rules rules = new Rules();
    rules.that("host", host, !host.isBlank(), "a host name or IP address");
    rules.range("port", port, 0, 65_535);
    rules.range("workers", workers, 0, 1_024);
    rules.range("max-requests-per-worker", maxRequestsPerWorker, 0, Integer.MAX_VALUE);
    rules.range("max-requests-jitter", maxRequestsJitter, 0, Integer.MAX_VALUE);
    boolean processes = workerMode == WorkerMode.PROCESS;
    rules.that(
        "max-requests-per-worker",
        maxRequestsPerWorker,
        maxRequestsPerWorker <= 0 || processes,
        "0, unless worker-mode is process");
    rules.range("backlog", backlog, 1, 65_535);
    rules.positive("keep-alive-timeout", keepAliveTimeout);
    rules.positive("header-timeout", headerTimeout);
    rules.positive("request-timeout", requestTimeout);
    rules.positive("write-timeout", writeTimeout);
    rules.pause("lame-duck", lameDuck);
    rules.positive("shutdown-timeout", shutdownTimeout);
    rules.positive("reload-timeout", reloadTimeout);
    rules.positive("stall-threshold", stallThreshold);
    rules.line("max-request-line", maxRequestLine);
    rules.line("max-header-line", maxHeaderLine);
    rules.line("max-header-size", maxHeaderSize);
    rules.range("max-headers", maxHeaders, 1, 10_000);
    rules.range("max-concurrent-streams", maxConcurrentStreams, 1, 10_000);
    rules.range("max-connections", maxConnections, 1, 10_000_000);
    rules.message("websocket-max-message-size", websocketMaxMessageSize);
    rules.pause("websocket-ping-interval", websocketPingInterval);
    rules.positive("websocket-ping-timeout", websocketPingTimeout);
    rules.that(
        "server-header", serverHeader, Rules.visible(serverHeader), "visible ASCII characters");
    rules.path("health-check-path", healthCheckPath);
    rules.path("metrics-path", metricsPath);
    rules.that(
        "metrics-path",
        metricsPath,
        metricsPath == null || !metricsPath.equals(healthCheckPath),
        "another path than health-check-path");
    boolean tls = sslCertfile != null;
    String without = "none, unless there is an ssl-certfile";
    rules.that("ssl-keyfile", sslKeyfile, tls || sslKeyfile == null, without);
    rules.that(
        "ssl-keyfile-password-file",
        sslKeyfilePasswordFile,
        tls || sslKeyfilePasswordFile == null,
        without);
    boolean asks = sslClientAuth != ClientAuth.NONE;
    rules.that(
        "ssl-client-auth",
        Setting.lower(sslClientAuth),
        !asks || tls && sslCaCerts != null,
        "none, unless there are an ssl-certfile and ssl-ca-certs");
    rules.that(
        "ssl-ca-certs",
        sslCaCerts,
        asks || sslCaCerts == null,
        "none, unless ssl-client-auth is optional or required");
    rules.positive("log-slow-requests-threshold", logSlowRequestsThreshold);
    rules.that(
        "otel-endpoint",
        otelEndpoint,
        otelEndpoint == null || Rules.web(otelEndpoint),
        "an absolute http or https URI without a query");
    rules.that("otel-service-name", otelServiceName, !otelServiceName.isBlank(), "a name");
    rules.that("reload", reload, !reload || !processes, "false, unless worker-mode is thread");
    rules.done();
  }

  /** The defaults. */
  public static ServerConfig defaults() {
    return builder().build();
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The scheme of the server's URI: https if it speaks TLS. */
  public String scheme() {
    return sslCertfile == null ? "http" : "https";
  }

  /** The workers to run: {@link #workers}, or one for each core where that is 0. */
  public int workerCount() {
    return workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
  }
}
