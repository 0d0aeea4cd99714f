package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ByteSize;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.config.ConfigException;
import dev.pounce.server.config.Network;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import dev.pounce.server.config.WorkerMode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** One configuration from four sources: flags, environment, file and builder. */
class ConfigurationTest {

  private static final Map<String, String> NO_ENVIRONMENT = Map.of();

  @TempDir Path folder;

  /** A value that no setting has by default, in TOML and by way of the builder. */
  private record Sample(String toml, String text, Builder built) {

    static Sample of(Setting setting) {
      Builder builder = ServerConfig.builder();
      return switch (setting) {
        case HOST -> new Sample("'0.0.0.0'", "0.0.0.0", builder.host("0.0.0.0"));
        case PORT -> new Sample("9000", "9000", builder.port(9000));
        case UDS -> new Sample("'/run/p.sock'", "/run/p.sock", builder.uds(Path.of("/run/p.sock")));
        case UDS_PERMISSIONS ->
            new Sample(
                "'0600'",
                "0600",
                builder.udsPermissions(PosixFilePermissions.fromString("rw-------")));
        case WORKERS -> new Sample("4", "4", builder.workers(4));
        case WORKER_MODE ->
            new Sample("'process'", "process", builder.workerMode(WorkerMode.PROCESS));
        case MAX_REQUESTS_PER_WORKER ->
            new Sample("1000", "1000", builder.maxRequestsPerWorker(1000));
        case MAX_REQUESTS_JITTER -> new Sample("100", "100", builder.maxRequestsJitter(100));
        case BACKLOG -> new Sample("128", "128", builder.backlog(128));
        case KEEP_ALIVE_TIMEOUT ->
            new Sample("7", "7", builder.keepAliveTimeout(Duration.ofSeconds(7)));
        case HEADER_TIMEOUT ->
            new Sample("2.5", "2.5", builder.headerTimeout(Duration.ofMillis(2500)));
        case REQUEST_TIMEOUT ->
            new Sample("'2m'", "2m", builder.requestTimeout(Duration.ofMinutes(2)));
        case WRITE_TIMEOUT -> new Sample("'1h'", "1h", builder.writeTimeout(Duration.ofHours(1)));
        case LAME_DUCK -> new Sample("'5s'", "5s", builder.lameDuck(Duration.ofSeconds(5)));
        case RELOAD_TIMEOUT ->
            new Sample("'10s'", "10s", builder.reloadTimeout(Duration.ofSeconds(10)));
        case STALL_THRESHOLD ->
            new Sample("'250ms'", "250ms", builder.stallThreshold(Duration.ofMillis(250)));
        case SHUTDOWN_TIMEOUT ->
            new Sample("'90s'", "90s", builder.shutdownTimeout(Duration.ofSeconds(90)));
        case MAX_REQUEST_SIZE ->
            new Sample("'2GiB'", "2GiB", builder.maxRequestSize(ByteSize.mib(2048)));
        case MAX_REQUEST_LINE ->
            new Sample("4096", "4096", builder.maxRequestLine(ByteSize.kib(4)));
        case MAX_HEADER_LINE ->
            new Sample("'4KiB'", "4KiB", builder.maxHeaderLine(ByteSize.kib(4)));
        case MAX_HEADER_SIZE ->
            new Sample("'32KiB'", "32KiB", builder.maxHeaderSize(ByteSize.kib(32)));
        case MAX_HEADERS -> new Sample("50", "50", builder.maxHeaders(50));
        case MAX_CONCURRENT_STREAMS -> new Sample("7", "7", builder.maxConcurrentStreams(7));
        case HTTP2 -> new Sample("false", "false", builder.http2(false));
        case MAX_CONNECTIONS -> new Sample("7", "7", builder.maxConnections(7));
        case WEBSOCKET_COMPRESSION ->
            new Sample("false", "false", builder.websocketCompression(false));
        case WEBSOCKET_MAX_MESSAGE_SIZE ->
            new Sample("'1MiB'", "1MiB", builder.websocketMaxMessageSize(ByteSize.mib(1)));
        case WEBSOCKET_PING_INTERVAL ->
            new Sample("0", "0", builder.websocketPingInterval(Duration.ZERO));
        case WEBSOCKET_PING_TIMEOUT ->
            new Sample("7", "7", builder.websocketPingTimeout(Duration.ofSeconds(7)));
        case SERVER_HEADER -> new Sample("''", "", builder.serverHeader(""));
        case HEALTH_CHECK_PATH ->
            new Sample("'/health'", "/health", builder.healthCheckPath("/health"));
        case METRICS_PATH -> new Sample("'/metrics'", "/metrics", builder.metricsPath("/metrics"));
        case TRUSTED_HOSTS ->
            new Sample(
                "['10.0.0.1', 'fd00::/8']",
                "10.0.0.1,fd00::/8",
                builder.trustedHosts(
                    List.of(Network.parse("10.0.0.1"), Network.parse("fd00::/8"))));
        case SSL_CERTFILE ->
            new Sample("'cert.pem'", "cert.pem", builder.sslCertfile(Path.of("cert.pem")));
        case SSL_KEYFILE ->
            new Sample("'key.pem'", "key.pem", builder.sslKeyfile(Path.of("key.pem")));
        case SSL_KEYFILE_PASSWORD_FILE ->
            new Sample("'secret'", "secret", builder.sslKeyfilePasswordFile(Path.of("secret")));
        case SSL_CA_CERTS ->
            new Sample("'ca.pem'", "ca.pem", builder.sslCaCerts(Path.of("ca.pem")));
        case SSL_CLIENT_AUTH ->
            new Sample("'required'", "required", builder.sslClientAuth(ClientAuth.REQUIRED));
        case LOG_LEVEL -> new Sample("'debug'", "debug", builder.logLevel(LogLevel.DEBUG));
        case LOG_FORMAT -> new Sample("'json'", "json", builder.logFormat(LogFormat.JSON));
        case COMPRESSION -> new Sample("true", "true", builder.compression(true));
        case COMPRESSION_MIN_SIZE ->
            new Sample("'2KiB'", "2KiB", builder.compressionMinSize(ByteSize.kib(2)));
        case LIFECYCLE_LOGGING -> new Sample("true", "true", builder.lifecycleLogging(true));
        case LOG_SLOW_REQUESTS_THRESHOLD ->
            new Sample("1", "1", builder.logSlowRequestsThreshold(Duration.ofSeconds(1)));
        case SERVER_TIMING -> new Sample("true", "true", builder.serverTiming(true));
        case OTEL_ENDPOINT ->
            new Sample(
                "'http://collector:4318'",
                "http://collector:4318",
                builder.otelEndpoint(URI.create("http://collector:4318")));
        case OTEL_SERVICE_NAME -> new Sample("'shop'", "shop", builder.otelServiceName("shop"));
        case RELOAD -> new Sample("true", "true", builder.reload(true));
      };
    }

    /**
     * What the builder makes of it: the configuration, or the one problem of what is not there yet.
     */
    Object outcome() {
      try {
        return built.build();
      } catch (ConfigException e) {
        return e.problems();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void builder_sample_differsFromTheDefault(Setting setting) {
    assertThat(Sample.of(setting).outcome()).isNotEqualTo(ServerConfig.defaults());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "TRUSTED_HOSTS")
  void flag_eachSetting_isThatOfTheBuilder(Setting setting) {
    Sample sample = Sample.of(setting);
    String flag = "--" + setting.key();

    assertThat(
            setting.isSwitch()
                ? outcome(NO_ENVIRONMENT, flag)
                : outcome(NO_ENVIRONMENT, flag, sample.text()))
        .isEqualTo(sample.outcome());
  }

  @ParameterizedTest
  @EnumSource
  void environment_eachSetting_isThatOfTheBuilder(Setting setting) {
    Sample sample = Sample.of(setting);

    assertThat(outcome(Map.of(setting.environment(), sample.text()))).isEqualTo(sample.outcome());
  }

  @ParameterizedTest
  @EnumSource
  void file_eachSetting_isThatOfTheBuilder(Setting setting) throws IOException {
    Sample sample = Sample.of(setting);
    file("pounce.toml", setting.key() + " = " + sample.toml());

    assertThat(outcome(NO_ENVIRONMENT)).isEqualTo(sample.outcome());
  }

  @ParameterizedTest(name = "flag {0}, environment {1}, file {2}: {3}")
  @CsvSource({
    "1, 2, 3, 1, --port",
    "1, 2,  , 1, --port",
    "1,  , 3, 1, --port",
    " , 2, 3, 2, POUNCE_PORT",
    "1,  ,  , 1, --port",
    " , 2,  , 2, POUNCE_PORT",
    " ,  , 3, 3, pounce.toml",
  })
  void of_severalSources_theStrongestWins(
      String flag, String environment, String file, int port, String origin) throws Exception {
    if (file != null) {
      file("pounce.toml", "port = " + file);
    }

    Configuration configuration =
        configuration(
            environment == null ? NO_ENVIRONMENT : Map.of("POUNCE_PORT", environment),
            flag == null ? new String[0] : new String[] {"--port", flag});

    assertThat(configuration.server().port()).isEqualTo(port);
    assertThat(configuration.origins().get(Setting.PORT)).endsWith(origin);
  }

  @Test
  void of_noSource_isTheDefaults() throws Exception {
    Configuration configuration = configuration(NO_ENVIRONMENT);

    assertThat(configuration.server()).isEqualTo(ServerConfig.defaults());
    assertThat(configuration.file()).isNull();
    assertThat(configuration.origins()).isEmpty();
  }

  @Test
  void of_namedFile_isReadInsteadOfTheOneInTheDirectory() throws Exception {
    file("pounce.toml", "port = 1\nbacklog = 1");
    Path named = file("other.toml", "port = 2");

    Configuration configuration = configuration(NO_ENVIRONMENT, "--config", named.toString());

    assertThat(configuration.server()).isEqualTo(ServerConfig.builder().port(2).build());
    assertThat(configuration.file()).isEqualTo(named);
  }

  @Test
  void of_unknownKeys_failInEverySourceAndNameTheNearest() throws IOException {
    file("pounce.toml", "log-levle = 'debug'");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> configuration(Map.of("POUNCE_WORKRS", "4")))
        .satisfies(e ->
            assertThat(e.faults())
                .containsExactly(
                    "log-levle: debug (expected: a known key; the nearest is log-level)",
                    "POUNCE_WORKRS: 4 (expected: a known variable; the nearest is"
                        + " POUNCE_WORKERS)"));
  }

  @Test
  void of_badValuesInEverySource_reportsAllAtOnce() throws IOException {
    file("pounce.toml", "backlog = 'many'\nmax-headers = 0\n[limits]\nport = 1");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () -> configuration(Map.of("POUNCE_LOG_LEVEL", "loud"), "--port=70000", "--host="))
        .satisfies(e ->
            assertThat(e.faults())
                .containsExactly(
                    "limits.port: 1 (expected: a known key and no table; the nearest is port)",
                    "backlog: many (expected: a whole number)",
                    "POUNCE_LOG_LEVEL: loud (expected: debug, info, warning, error)",
                    "host:  (expected: a host name or IP address)",
                    "port: 70000 (expected: 0 to 65535)",
                    "max-headers: 0 (expected: 1 to 10000)"));
  }

  @Test
  void of_serviceLinkInTheEnvironment_isNoOrigin() throws Exception {
    file("pounce.toml", "port = 1");

    Configuration configuration = configuration(Map.of("POUNCE_PORT", "tcp://10.96.0.12:80"));

    assertThat(configuration.server().port()).isEqualTo(1);
    assertThat(configuration.origins().get(Setting.PORT)).endsWith("pounce.toml");
  }

  @Test
  void of_optionsForJava_areNoSetting() throws Exception {
    assertThat(configuration(Map.of("POUNCE_JAVA_OPTS", "-Xmx1g")).server())
        .isEqualTo(ServerConfig.defaults());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "port = [1, 2] | port: [1,2] (expected: one value, no list)",
        "port.http = 1 | port.http: 1 (expected: a known key and no table; the nearest is http2)",
        "prot = 1 | prot: 1 (expected: a known key; the nearest is port)",
        "trusted-hosts = ['a b'] | trusted-hosts: a b (expected: an address, a CIDR block, unix or *)",
        "trusted-hosts = ['::1', 1] | trusted-hosts: [\"::1\",1] (expected: a list of strings)",
      })
  void file_valueOfTheWrongKind_isReported(String toml, String fault) throws IOException {
    file("pounce.toml", toml);

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> configuration(NO_ENVIRONMENT))
        .satisfies(e -> assertThat(e.faults()).containsExactly(fault));
  }

  @ParameterizedTest
  @ValueSource(strings = {"port = ", "port 9000", "port = 1\nport = 2", "[", "port = 'x"})
  void file_thatIsNoToml_isReportedWithItsNameAndLine(String toml) throws IOException {
    Path file = file("pounce.toml", toml);

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> configuration(NO_ENVIRONMENT))
        .satisfies(e -> assertThat(e.faults()).singleElement().asString().startsWith(file + ":"));
  }

  @Test
  void file_thatIsNotThere_isReported() {
    String nowhere = folder.resolve("nowhere.toml").toString();

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> configuration(NO_ENVIRONMENT, "--config", nowhere))
        .withMessage("config: " + nowhere + " (expected: a TOML file that can be read)");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Object outcome(Map<String, String> environment, String... flags) {
    try {
      return configuration(environment, flags).server();
    } catch (UsageException e) {
      return e.faults();
    }
  }

  private Configuration configuration(Map<String, String> environment, String... flags)
      throws UsageException {
    String[] args = new String[flags.length + 1];
    System.arraycopy(flags, 0, args, 0, flags.length);
    args[flags.length] = "Hello.java";
    return Configuration.of(Arguments.parse(args), environment, folder);
  }
}
