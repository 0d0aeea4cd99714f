package dev.pounce.server.config;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ServerConfig} from the defaults. Not for several threads.
 *
 * <p>Text settings that are unknown or unreadable are remembered, and {@link #build} reports them
 * together with every value that is out of range.
 */
public final class Builder {

  /** What Kubernetes sets for a service called "pounce", and what is meant for the launcher. */
  private static final Pattern FOREIGN =
      Pattern.compile("POUNCE_SERVICE_(HOST|PORT.*)|POUNCE_PORT_\\d+_.*|POUNCE_JAVA_OPTS");

  private static final String ENV_PREFIX = "POUNCE_";

  private final List<String> problems = new ArrayList<>();
  private String host = "127.0.0.1";
  private int port = 8000;
  private @Nullable Path uds = null;
  private Set<PosixFilePermission> udsPermissions = PosixFilePermissions.fromString("rw-rw----");
  private int workers = 1;
  private WorkerMode workerMode = WorkerMode.THREAD;
  private int maxRequestsPerWorker = 0;
  private int maxRequestsJitter = 0;
  private int backlog = 2048;
  private Duration keepAliveTimeout = Duration.ofSeconds(5);
  private Duration headerTimeout = Duration.ofSeconds(10);
  private Duration requestTimeout = Duration.ofSeconds(30);
  private Duration writeTimeout = Duration.ofSeconds(30);
  private Duration lameDuck = Duration.ZERO;
  private Duration shutdownTimeout = Duration.ofSeconds(30);
  private Duration reloadTimeout = Duration.ofSeconds(30);
  private Duration stallThreshold = Duration.ofSeconds(1);
  private ByteSize maxRequestSize = ByteSize.mib(1);
  private ByteSize maxRequestLine = ByteSize.kib(8);
  private ByteSize maxHeaderLine = ByteSize.kib(16);
  private ByteSize maxHeaderSize = ByteSize.kib(64);
  private int maxConcurrentStreams = 100;
  private int maxHeaders = 100;
  private int maxConnections = 10_000;
  private boolean websocketCompression = true;
  private ByteSize websocketMaxMessageSize = ByteSize.mib(16);
  private Duration websocketPingInterval = Duration.ofSeconds(20);
  private Duration websocketPingTimeout = Duration.ofSeconds(20);
  private String serverHeader = "pounce";
  private @Nullable String healthCheckPath = null;
  private @Nullable String metricsPath = null;
  private List<Network> trustedHosts = List.of();
  private @Nullable Path sslCertfile = null;
  private @Nullable Path sslKeyfile = null;
  private @Nullable Path sslKeyfilePasswordFile = null;
  private @Nullable Path sslCaCerts = null;
  private ClientAuth sslClientAuth = ClientAuth.NONE;
  private LogLevel logLevel = LogLevel.INFO;
  private LogFormat logFormat = LogFormat.TEXT;
  private boolean http2 = true;
  private boolean compression = false;
  private ByteSize compressionMinSize = ByteSize.of(500);
  private boolean lifecycleLogging = false;
  private Duration logSlowRequestsThreshold = Duration.ofSeconds(5);
  private boolean serverTiming = false;
  private @Nullable URI otelEndpoint = null;
  private String otelServiceName = "pounce";
  private boolean reload = false;

  Builder() {}

  /**
   * Sets a field from its text form.
   *
   * @param key the kebab-case key
   */
  public Builder set(String key, String value) {
    Setting.of(key)
        .ifPresentOrElse(
            setting -> set(setting, key, value),
            () ->
                problems.add(
                    Rules.problem(
                        key, value, "a known key; the nearest is " + Setting.nearest(key))));
    return this;
  }

  private void set(Setting setting, String source, String value) {
    try {
      setting.set(this, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      problems.add(Rules.problem(source, value, String.valueOf(e.getMessage())));
    }
  }

  /** Sets every field that the environment names ({@code POUNCE_PORT=9000}). */
  public Builder environment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (name.startsWith(ENV_PREFIX) && !isForeign(name, value)) {
            variable(name, value);
          }
        });
    return this;
  }

  private static boolean isForeign(String name, String value) {
    return FOREIGN.matcher(name).matches()
        || name.equals(Setting.PORT.environment()) && value.startsWith("tcp://");
  }

  private void variable(String name, String value) {
    String key = name.substring(ENV_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    Setting.of(key)
        .ifPresentOrElse(
            setting -> set(setting, name, value),
            () ->
                problems.add(
                    Rules.problem(
                        name,
                        value,
                        "a known variable; the nearest is "
                            + Setting.of(Setting.nearest(key)).orElseThrow().environment())));
  }

  /**
   * The configuration.
   *
   * @throws ConfigException if a value is unknown, unreadable or out of range, naming all that are
   */
  public ServerConfig build() {
    List<String> all = new ArrayList<>(problems);
    try {
      ServerConfig config = create();
      if (all.isEmpty()) {
        return config;
      }
    } catch (ConfigException e) {
      all.addAll(e.problems());
    }
    throw new ConfigException(all);
  }

  private ServerConfig create() {
    return new ServerConfig(
        host,
        port,
        uds,
        udsPermissions,
        workers,
        workerMode,
        maxRequestsPerWorker,
        maxRequestsJitter,
        backlog,
        keepAliveTimeout,
        headerTimeout,
        requestTimeout,
        writeTimeout,
        lameDuck,
        shutdownTimeout,
        reloadTimeout,
        stallThreshold,
        maxRequestSize,
        maxRequestLine,
        maxHeaderLine,
        maxHeaderSize,
        maxConcurrentStreams,
        maxHeaders,
        maxConnections,
        websocketCompression,
        websocketMaxMessageSize,
        websocketPingInterval,
        websocketPingTimeout,
        serverHeader,
        healthCheckPath,
        metricsPath,
        trustedHosts,
        sslCertfile,
        sslKeyfile,
        sslKeyfilePasswordFile,
        sslCaCerts,
        sslClientAuth,
        logLevel,
        logFormat,
        http2,
        compression,
        compressionMinSize,
        lifecycleLogging,
        logSlowRequestsThreshold,
        serverTiming,
        otelEndpoint,
        otelServiceName,
        reload);
  }

  /** Sets {@link ServerConfig#host}. */
  public Builder host(String host) {
    this.host = host;
    return this;
  }

  /** Sets {@link ServerConfig#port}. */
  public Builder port(int port) {
    this.port = port;
    return this;
  }

  /** Sets {@link ServerConfig#uds}. */
  public Builder uds(@Nullable Path uds) {
    this.uds = uds;
    return this;
  }

  /** Sets {@link ServerConfig#udsPermissions}. */
  public Builder udsPermissions(Set<PosixFilePermission> udsPermissions) {
    this.udsPermissions = udsPermissions;
    return this;
  }

  /** Sets {@link ServerConfig#workers}. */
  public Builder workers(int workers) {
    this.workers = workers;
    return this;
  }

  /** Sets {@link ServerConfig#workerMode}. */
  public Builder workerMode(WorkerMode workerMode) {
    this.workerMode = workerMode;
    return this;
  }

  /** Sets {@link ServerConfig#maxRequestsPerWorker}. */
  public Builder maxRequestsPerWorker(int maxRequestsPerWorker) {
    this.maxRequestsPerWorker = maxRequestsPerWorker;
    return this;
  }

  /** Sets {@link ServerConfig#maxRequestsJitter}. */
  public Builder maxRequestsJitter(int maxRequestsJitter) {
    this.maxRequestsJitter = maxRequestsJitter;
    return this;
  }

  /** Sets {@link ServerConfig#backlog}. */
  public Builder backlog(int backlog) {
    this.backlog = backlog;
    return this;
  }

  /** Sets {@link ServerConfig#keepAliveTimeout}. */
  public Builder keepAliveTimeout(Duration keepAliveTimeout) {
    this.keepAliveTimeout = keepAliveTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#headerTimeout}. */
  public Builder headerTimeout(Duration headerTimeout) {
    this.headerTimeout = headerTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#requestTimeout}. */
  public Builder requestTimeout(Duration requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#writeTimeout}. */
  public Builder writeTimeout(Duration writeTimeout) {
    this.writeTimeout = writeTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#lameDuck}. */
  public Builder lameDuck(Duration lameDuck) {
    this.lameDuck = lameDuck;
    return this;
  }

  /** Sets {@link ServerConfig#shutdownTimeout}. */
  public Builder shutdownTimeout(Duration shutdownTimeout) {
    this.shutdownTimeout = shutdownTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#reloadTimeout}. */
  public Builder reloadTimeout(Duration reloadTimeout) {
    this.reloadTimeout = reloadTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#stallThreshold}. */
  public Builder stallThreshold(Duration stallThreshold) {
    this.stallThreshold = stallThreshold;
    return this;
  }

  /** Sets {@link ServerConfig#maxRequestSize}. */
  public Builder maxRequestSize(ByteSize maxRequestSize) {
    this.maxRequestSize = maxRequestSize;
    return this;
  }

  /** Sets {@link ServerConfig#maxRequestLine}. */
  public Builder maxRequestLine(ByteSize maxRequestLine) {
    this.maxRequestLine = maxRequestLine;
    return this;
  }

  /** Sets {@link ServerConfig#maxHeaderLine}. */
  public Builder maxHeaderLine(ByteSize maxHeaderLine) {
    this.maxHeaderLine = maxHeaderLine;
    return this;
  }

  /** Sets {@link ServerConfig#maxHeaderSize}. */
  public Builder maxHeaderSize(ByteSize maxHeaderSize) {
    this.maxHeaderSize = maxHeaderSize;
    return this;
  }

  /** Sets {@link ServerConfig#maxConcurrentStreams}. */
  public Builder maxConcurrentStreams(int maxConcurrentStreams) {
    this.maxConcurrentStreams = maxConcurrentStreams;
    return this;
  }

  /** Sets {@link ServerConfig#maxHeaders}. */
  public Builder maxHeaders(int maxHeaders) {
    this.maxHeaders = maxHeaders;
    return this;
  }

  /** Sets {@link ServerConfig#maxConnections}. */
  public Builder maxConnections(int maxConnections) {
    this.maxConnections = maxConnections;
    return this;
  }

  /** Sets {@link ServerConfig#websocketCompression}. */
  public Builder websocketCompression(boolean websocketCompression) {
    this.websocketCompression = websocketCompression;
    return this;
  }

  /** Sets {@link ServerConfig#websocketMaxMessageSize}. */
  public Builder websocketMaxMessageSize(ByteSize websocketMaxMessageSize) {
    this.websocketMaxMessageSize = websocketMaxMessageSize;
    return this;
  }

  /** Sets {@link ServerConfig#websocketPingInterval}. */
  public Builder websocketPingInterval(Duration websocketPingInterval) {
    this.websocketPingInterval = websocketPingInterval;
    return this;
  }

  /** Sets {@link ServerConfig#websocketPingTimeout}. */
  public Builder websocketPingTimeout(Duration websocketPingTimeout) {
    this.websocketPingTimeout = websocketPingTimeout;
    return this;
  }

  /** Sets {@link ServerConfig#serverHeader}. */
  public Builder serverHeader(String serverHeader) {
    this.serverHeader = serverHeader;
    return this;
  }

  /** Sets {@link ServerConfig#healthCheckPath}. */
  public Builder healthCheckPath(@Nullable String healthCheckPath) {
    this.healthCheckPath = healthCheckPath;
    return this;
  }

  /** Sets {@link ServerConfig#metricsPath}. */
  public Builder metricsPath(@Nullable String metricsPath) {
    this.metricsPath = metricsPath;
    return this;
  }

  /** Sets {@link ServerConfig#trustedHosts}. */
  public Builder trustedHosts(List<Network> trustedHosts) {
    this.trustedHosts = trustedHosts;
    return this;
  }

  /** Sets {@link ServerConfig#sslCertfile}. */
  public Builder sslCertfile(@Nullable Path sslCertfile) {
    this.sslCertfile = sslCertfile;
    return this;
  }

  /** Sets {@link ServerConfig#sslKeyfile}. */
  public Builder sslKeyfile(@Nullable Path sslKeyfile) {
    this.sslKeyfile = sslKeyfile;
    return this;
  }

  /** Sets {@link ServerConfig#sslKeyfilePasswordFile}. */
  public Builder sslKeyfilePasswordFile(@Nullable Path sslKeyfilePasswordFile) {
    this.sslKeyfilePasswordFile = sslKeyfilePasswordFile;
    return this;
  }

  /** Sets {@link ServerConfig#sslCaCerts}. */
  public Builder sslCaCerts(@Nullable Path sslCaCerts) {
    this.sslCaCerts = sslCaCerts;
    return this;
  }

  /** Sets {@link ServerConfig#sslClientAuth}. */
  public Builder sslClientAuth(ClientAuth sslClientAuth) {
    this.sslClientAuth = sslClientAuth;
    return this;
  }

  /** Sets {@link ServerConfig#logLevel}. */
  public Builder logLevel(LogLevel logLevel) {
    this.logLevel = logLevel;
    return this;
  }

  /** Sets {@link ServerConfig#logFormat}. */
  public Builder logFormat(LogFormat logFormat) {
    this.logFormat = logFormat;
    return this;
  }

  /** Sets {@link ServerConfig#http2}. */
  public Builder http2(boolean http2) {
    this.http2 = http2;
    return this;
  }

  /** Sets {@link ServerConfig#compression}. */
  public Builder compression(boolean compression) {
    this.compression = compression;
    return this;
  }

  /** Sets {@link ServerConfig#compressionMinSize}. */
  public Builder compressionMinSize(ByteSize compressionMinSize) {
    this.compressionMinSize = compressionMinSize;
    return this;
  }

  /** Sets {@link ServerConfig#lifecycleLogging}. */
  public Builder lifecycleLogging(boolean lifecycleLogging) {
    this.lifecycleLogging = lifecycleLogging;
    return this;
  }

  /** Sets {@link ServerConfig#logSlowRequestsThreshold}. */
  public Builder logSlowRequestsThreshold(Duration logSlowRequestsThreshold) {
    this.logSlowRequestsThreshold = logSlowRequestsThreshold;
    return this;
  }

  /** Sets {@link ServerConfig#serverTiming}. */
  public Builder serverTiming(boolean serverTiming) {
    this.serverTiming = serverTiming;
    return this;
  }

  /** Sets {@link ServerConfig#otelEndpoint}. */
  public Builder otelEndpoint(@Nullable URI otelEndpoint) {
    this.otelEndpoint = otelEndpoint;
    return this;
  }

  /** Sets {@link ServerConfig#otelServiceName}. */
  public Builder otelServiceName(String otelServiceName) {
    this.otelServiceName = otelServiceName;
    return this;
  }

  /** Sets {@link ServerConfig#reload}. */
  public Builder reload(boolean reload) {
    this.reload = reload;
    return this;
  }
}
