package dev.pounce.server.config;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One field of {@link ServerConfig} in its text form: the same kebab-case key is a command-line
 * flag ({@code --key}), an environment variable ({@code POUNCE_KEY}) and a key of {@code
 * pounce.toml}.
 */
public enum Setting {
  /** {@link ServerConfig#host}. */
  HOST("ADDRESS", "the address to listen on", Builder::host, ServerConfig::host),
  /** {@link ServerConfig#port}. */
  PORT(
      "NUMBER",
      "the TCP port; 0 takes a free one",
      (b, v) -> b.port(number(v)),
      ServerConfig::port),
  /** {@link ServerConfig#uds}. */
  UDS(
      "PATH",
      "listen on a Unix domain socket instead",
      (b, v) -> b.uds(Path.of(v)),
      ServerConfig::uds),
  /** {@link ServerConfig#udsPermissions}. */
  UDS_PERMISSIONS(
      "MODE",
      "who may connect to it, as for chmod",
      (b, v) -> b.udsPermissions(Mode.parse(v)),
      c -> Mode.text(c.udsPermissions())),
  /** {@link ServerConfig#workers}. */
  WORKERS(
      "NUMBER",
      "how many workers share the connections; 0: one for each core",
      (b, v) -> b.workers(number(v)),
      ServerConfig::workers),
  /** {@link ServerConfig#workerMode}. */
  WORKER_MODE(
      "KIND",
      "where workers are: thread, all in this JVM, or process, each in one of its own",
      (b, v) -> b.workerMode(choice(WorkerMode.class, v)),
      c -> lower(c.workerMode())),
  /** {@link ServerConfig#maxRequestsPerWorker}. */
  MAX_REQUESTS_PER_WORKER(
      "NUMBER",
      "replace a worker process after so many requests; 0: never",
      (b, v) -> b.maxRequestsPerWorker(number(v)),
      ServerConfig::maxRequestsPerWorker),
  /** {@link ServerConfig#maxRequestsJitter}. */
  MAX_REQUESTS_JITTER(
      "NUMBER",
      "or after up to so many more, by chance",
      (b, v) -> b.maxRequestsJitter(number(v)),
      ServerConfig::maxRequestsJitter),
  /** {@link ServerConfig#backlog}. */
  BACKLOG(
      "NUMBER",
      "how many connections the kernel may queue",
      (b, v) -> b.backlog(number(v)),
      ServerConfig::backlog),
  /** {@link ServerConfig#keepAliveTimeout}. */
  KEEP_ALIVE_TIMEOUT(
      "TIME",
      "how long a connection may idle between requests",
      (b, v) -> b.keepAliveTimeout(duration(v)),
      c -> text(c.keepAliveTimeout())),
  /** {@link ServerConfig#headerTimeout}. */
  HEADER_TIMEOUT(
      "TIME",
      "how long a request's head may take to arrive (408)",
      (b, v) -> b.headerTimeout(duration(v)),
      c -> text(c.headerTimeout())),
  /** {@link ServerConfig#requestTimeout}. */
  REQUEST_TIMEOUT(
      "TIME",
      "how long the application may take to start its response (504)",
      (b, v) -> b.requestTimeout(duration(v)),
      c -> text(c.requestTimeout())),
  /** {@link ServerConfig#writeTimeout}. */
  WRITE_TIMEOUT(
      "TIME",
      "how long one write may wait for a client that does not read",
      (b, v) -> b.writeTimeout(duration(v)),
      c -> text(c.writeTimeout())),
  /** {@link ServerConfig#lameDuck}. */
  LAME_DUCK(
      "TIME",
      "how long a shutdown serves on first, its health check at 503",
      (b, v) -> b.lameDuck(duration(v)),
      c -> text(c.lameDuck())),
  /** {@link ServerConfig#shutdownTimeout}. */
  SHUTDOWN_TIMEOUT(
      "TIME",
      "how long a shutdown waits for requests under way",
      (b, v) -> b.shutdownTimeout(duration(v)),
      c -> text(c.shutdownTimeout())),
  /** {@link ServerConfig#reloadTimeout}. */
  RELOAD_TIMEOUT(
      "TIME",
      "how long a reload waits for requests under way",
      (b, v) -> b.reloadTimeout(duration(v)),
      c -> text(c.reloadTimeout())),
  /** {@link ServerConfig#stallThreshold}. */
  STALL_THRESHOLD(
      "TIME",
      "how late virtual threads may run until it is logged",
      (b, v) -> b.stallThreshold(duration(v)),
      c -> text(c.stallThreshold())),
  /** {@link ServerConfig#maxRequestSize}. */
  MAX_REQUEST_SIZE(
      "SIZE",
      "the largest request body (413)",
      (b, v) -> b.maxRequestSize(ByteSize.parse(v)),
      ServerConfig::maxRequestSize),
  /** {@link ServerConfig#maxRequestLine}. */
  MAX_REQUEST_LINE(
      "SIZE",
      "the longest request line (414)",
      (b, v) -> b.maxRequestLine(ByteSize.parse(v)),
      ServerConfig::maxRequestLine),
  /** {@link ServerConfig#maxHeaderLine}. */
  MAX_HEADER_LINE(
      "SIZE",
      "the longest header line (431)",
      (b, v) -> b.maxHeaderLine(ByteSize.parse(v)),
      ServerConfig::maxHeaderLine),
  /** {@link ServerConfig#maxHeaderSize}. */
  MAX_HEADER_SIZE(
      "SIZE",
      "the largest head, request line included (431)",
      (b, v) -> b.maxHeaderSize(ByteSize.parse(v)),
      ServerConfig::maxHeaderSize),
  /** {@link ServerConfig#maxConcurrentStreams}. */
  MAX_CONCURRENT_STREAMS(
      "NUMBER",
      "the most requests at once on an HTTP/2 connection",
      (b, v) -> b.maxConcurrentStreams(number(v)),
      ServerConfig::maxConcurrentStreams),
  /** {@link ServerConfig#maxHeaders}. */
  MAX_HEADERS(
      "NUMBER",
      "the most header fields (431)",
      (b, v) -> b.maxHeaders(number(v)),
      ServerConfig::maxHeaders),
  /** {@link ServerConfig#maxConnections}. */
  MAX_CONNECTIONS(
      "NUMBER",
      "the most connections served at once (503)",
      (b, v) -> b.maxConnections(number(v)),
      ServerConfig::maxConnections),
  /** {@link ServerConfig#websocketCompression}. */
  WEBSOCKET_COMPRESSION(
      "BOOLEAN",
      "compress messages with clients that offer it (permessage-deflate)",
      (b, v) -> b.websocketCompression(flag(v)),
      ServerConfig::websocketCompression),
  /** {@link ServerConfig#websocketMaxMessageSize}. */
  WEBSOCKET_MAX_MESSAGE_SIZE(
      "SIZE",
      "the largest message from a client, decompressed (1009)",
      (b, v) -> b.websocketMaxMessageSize(ByteSize.parse(v)),
      ServerConfig::websocketMaxMessageSize),
  /** {@link ServerConfig#websocketPingInterval}. */
  WEBSOCKET_PING_INTERVAL(
      "TIME",
      "how often a WebSocket's client is pinged; 0: never",
      (b, v) -> b.websocketPingInterval(duration(v)),
      c -> text(c.websocketPingInterval())),
  /** {@link ServerConfig#websocketPingTimeout}. */
  WEBSOCKET_PING_TIMEOUT(
      "TIME",
      "how long it may then stay silent (1011)",
      (b, v) -> b.websocketPingTimeout(duration(v)),
      c -> text(c.websocketPingTimeout())),
  /** {@link ServerConfig#serverHeader}. */
  SERVER_HEADER(
      "TEXT",
      "the Server field of every response; empty: none",
      Builder::serverHeader,
      ServerConfig::serverHeader),
  /** {@link ServerConfig#healthCheckPath}. */
  HEALTH_CHECK_PATH(
      "PATH",
      "where the built-in health check answers",
      Builder::healthCheckPath,
      ServerConfig::healthCheckPath),
  /** {@link ServerConfig#metricsPath}. */
  METRICS_PATH(
      "PATH", "where the built-in metrics answer", Builder::metricsPath, ServerConfig::metricsPath),
  /** {@link ServerConfig#trustedHosts}. */
  TRUSTED_HOSTS(
      "LIST",
      "peers whose X-Forwarded-* and X-Request-ID are believed: addresses, CIDR blocks, unix, *",
      (b, v) -> b.trustedHosts(networks(v)),
      c -> c.trustedHosts().stream().map(Network::toString).collect(Collectors.joining(","))),
  /** {@link ServerConfig#sslCertfile}. */
  SSL_CERTFILE(
      "PATH",
      "speak TLS with this certificate: PEM, the whole chain, or PKCS#12",
      (b, v) -> b.sslCertfile(Path.of(v)),
      ServerConfig::sslCertfile),
  /** {@link ServerConfig#sslKeyfile}. */
  SSL_KEYFILE(
      "PATH",
      "its private key: PEM; none if ssl-certfile has it",
      (b, v) -> b.sslKeyfile(Path.of(v)),
      ServerConfig::sslKeyfile),
  /** {@link ServerConfig#sslKeyfilePasswordFile}. */
  SSL_KEYFILE_PASSWORD_FILE(
      "PATH",
      "a file with the password of the private key",
      (b, v) -> b.sslKeyfilePasswordFile(Path.of(v)),
      ServerConfig::sslKeyfilePasswordFile),
  /** {@link ServerConfig#sslCaCerts}. */
  SSL_CA_CERTS(
      "PATH",
      "who signs clients' certificates: PEM",
      (b, v) -> b.sslCaCerts(Path.of(v)),
      ServerConfig::sslCaCerts),
  /** {@link ServerConfig#sslClientAuth}. */
  SSL_CLIENT_AUTH(
      "AUTH",
      "whether clients must show certificates: none, optional or required",
      (b, v) -> b.sslClientAuth(choice(ClientAuth.class, v)),
      c -> lower(c.sslClientAuth())),
  /** {@link ServerConfig#logLevel}. */
  LOG_LEVEL(
      "LEVEL",
      "the least level that is logged: debug, info, warning or error",
      (b, v) -> b.logLevel(choice(LogLevel.class, v)),
      c -> lower(c.logLevel())),
  /** {@link ServerConfig#logFormat}. */
  LOG_FORMAT(
      "FORMAT",
      "the form of all log lines: text or json",
      (b, v) -> b.logFormat(choice(LogFormat.class, v)),
      c -> lower(c.logFormat())),
  /** {@link ServerConfig#http2}. */
  HTTP2(
      "BOOLEAN", "whether HTTP/2 is spoken, too", (b, v) -> b.http2(flag(v)), ServerConfig::http2),
  /** {@link ServerConfig#compression}. */
  COMPRESSION(
      "",
      "compress responses for clients that take it",
      (b, v) -> b.compression(flag(v)),
      ServerConfig::compression),
  /** {@link ServerConfig#compressionMinSize}. */
  COMPRESSION_MIN_SIZE(
      "SIZE",
      "the least body that is compressed",
      (b, v) -> b.compressionMinSize(ByteSize.parse(v)),
      ServerConfig::compressionMinSize),
  /** {@link ServerConfig#lifecycleLogging}. */
  LIFECYCLE_LOGGING(
      "",
      "log what happens to connections and requests",
      (b, v) -> b.lifecycleLogging(flag(v)),
      ServerConfig::lifecycleLogging),
  /** {@link ServerConfig#logSlowRequestsThreshold}. */
  LOG_SLOW_REQUESTS_THRESHOLD(
      "TIME",
      "a request that takes longer counts as slow",
      (b, v) -> b.logSlowRequestsThreshold(duration(v)),
      c -> text(c.logSlowRequestsThreshold())),
  /** {@link ServerConfig#serverTiming}. */
  SERVER_TIMING(
      "",
      "add a Server-Timing field to responses",
      (b, v) -> b.serverTiming(flag(v)),
      ServerConfig::serverTiming),
  /** {@link ServerConfig#otelEndpoint}. */
  OTEL_ENDPOINT(
      "URI",
      "where traces are sent to, by OTLP over HTTP",
      (b, v) -> b.otelEndpoint(uri(v)),
      ServerConfig::otelEndpoint),
  /** {@link ServerConfig#otelServiceName}. */
  OTEL_SERVICE_NAME(
      "TEXT",
      "the service's name in traces",
      Builder::otelServiceName,
      ServerConfig::otelServiceName),
  /** {@link ServerConfig#reload}. */
  RELOAD(
      "",
      "load the application anew when its files change; for development",
      (b, v) -> b.reload(flag(v)),
      ServerConfig::reload);

  private static final String ENV_PREFIX = "POUNCE_";
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h)?");

  private final String key = lower(this).replace('_', '-');
  private final String placeholder;
  private final String description;
  private final BiConsumer<Builder, String> setter;
  private final Function<ServerConfig, @Nullable Object> getter;

  Setting(
      String placeholder,
      String description,
      BiConsumer<Builder, String> setter,
      Function<ServerConfig, @Nullable Object> getter) {
    this.placeholder = placeholder;
    this.description = description;
    this.setter = setter;
    this.getter = getter;
  }

  /** The key in kebab case, such as {@code keep-alive-timeout}. */
  public String key() {
    return key;
  }

  /** The environment variable, such as {@code POUNCE_KEEP_ALIVE_TIMEOUT}. */
  public String environment() {
    return ENV_PREFIX + name();
  }

  /** What stands for the value in a usage text, such as {@code TIME}; empty for a switch. */
  public String placeholder() {
    return placeholder;
  }

  /** Whether it is on or off, so that its flag needs no value. */
  public boolean isSwitch() {
    return placeholder.isEmpty();
  }

  /**
   * Whether there is a command-line flag for it. Trust has none on purpose: it belongs where it is
   * reviewed, not where it is typed.
   */
  public boolean hasFlag() {
    return this != TRUSTED_HOSTS;
  }

  /** What it does, in a few words. */
  public String description() {
    return description;
  }

  /** The value that a configuration has, in text form; empty where it has none. */
  public String value(ServerConfig config) {
    Object value = getter.apply(config);
    return value == null ? "" : value.toString();
  }

  void set(Builder builder, String value) {
    setter.accept(builder, value);
  }

  /** The setting with this key. */
  public static Optional<Setting> of(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }

  /** The known key that is nearest to an unknown one, by edit distance. */
  public static String nearest(String key) {
    return nearest(key, Arrays.stream(values()).map(Setting::key).toList());
  }

  /**
   * The name that is nearest to an unknown one, by edit distance.
   *
   * @throws java.util.NoSuchElementException if there are no names
   */
  public static String nearest(String name, Collection<String> known) {
    return Collections.min(known, Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swapped = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swapped, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** A duration as it is written in a configuration: {@code 5s}, {@code 250ms}. */
  static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("seconds, or a number with ms, s, m or h");
    }
    String unit = matcher.group(2);
    long millis =
        switch (unit == null ? "s" : unit) {
          case "ms" -> 1;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 1_000;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * millis));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a whole number", e);
    }
  }

  private static URI uri(String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a URI, such as http://localhost:4318", e);
    }
  }

  private static boolean flag(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  private static List<Network> networks(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .map(Network::parse)
        .toList();
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (lower(constant).equals(text.strip())) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        Arrays.stream(type.getEnumConstants())
            .map(Setting::lower)
            .collect(Collectors.joining(", ")));
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
