package dev.pounce.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogLevel;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

  @Test
  void defaults_areTheDocumentedOnes() {
    assertThat(ServerConfig.defaults())
        .isEqualTo(
            new ServerConfig(
                "127.0.0.1",
                8000,
                null,
                PosixFilePermissions.fromString("rw-rw----"),
                1,
                WorkerMode.THREAD,
                0,
                0,
                2048,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ZERO,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                ByteSize.mib(1),
                ByteSize.kib(8),
                ByteSize.kib(16),
                ByteSize.kib(64),
                100,
                100,
                10_000,
                true,
                ByteSize.mib(16),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                "pounce",
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                ClientAuth.NONE,
                LogLevel.INFO,
                LogFormat.TEXT,
                true,
                false,
                false,
                Duration.ofSeconds(5),
                false,
                null,
                "pounce",
                false));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "host | ' ' | a host name or IP address",
        "port | -1 | 0 to 65535",
        "port | 65536 | 0 to 65535",
        "workers | -1 | 0 to 1024",
        "workers | 1025 | 0 to 1024",
        "max-requests-per-worker | -1 | 0 to 2147483647",
        "max-requests-per-worker | 1000 | 0, unless worker-mode is process",
        "max-requests-jitter | -1 | 0 to 2147483647",
        "ssl-keyfile | key.pem | none, unless there is an ssl-certfile",
        "ssl-keyfile-password-file | secret | none, unless there is an ssl-certfile",
        "ssl-client-auth | required | none, unless there are an ssl-certfile and ssl-ca-certs",
        "ssl-ca-certs | ca.pem | none, unless ssl-client-auth is optional or required",
        "backlog | 0 | 1 to 65535",
        "backlog | 65536 | 1 to 65535",
        "keep-alive-timeout | 0s | 1ms to 24h",
        "header-timeout | 0s | 1ms to 24h",
        "request-timeout | 86401s | 1ms to 24h",
        "write-timeout | 0s | 1ms to 24h",
        "lame-duck | 86401s | 0s to 24h",
        "shutdown-timeout | 0s | 1ms to 24h",
        "reload-timeout | 0s | 1ms to 24h",
        "stall-threshold | 0s | 1ms to 24h",
        "max-request-line | 63 | 64 to 1MiB",
        "max-header-line | 1048577 | 64 to 1MiB",
        "max-header-size | 2MiB | 64 to 1MiB",
        "max-headers | 0 | 1 to 10000",
        "max-concurrent-streams | 0 | 1 to 10000",
        "max-concurrent-streams | 10001 | 1 to 10000",
        "max-headers | 10001 | 1 to 10000",
        "max-connections | 0 | 1 to 10000000",
        "max-connections | 10000001 | 1 to 10000000",
        "websocket-max-message-size | 0 | 1 to 1GiB",
        "websocket-max-message-size | 2GiB | 1 to 1GiB",
        "websocket-ping-interval | 86401s | 0s to 24h",
        "websocket-ping-timeout | 0s | 1ms to 24h",
        "server-header | Pünce | visible ASCII characters",
        "health-check-path | health | a path that starts with /",
        "health-check-path | /health?deep | a path that starts with /",
        "metrics-path | metrics | a path that starts with /",
        "metrics-path | /metrics#all | a path that starts with /",
        "otel-endpoint | localhost:4318 | an absolute http or https URI without a query",
        "otel-endpoint | /v1/traces | an absolute http or https URI without a query",
        "otel-endpoint | grpc://localhost:4317 | an absolute http or https URI without a query",
        "otel-endpoint | http:4318 | an absolute http or https URI without a query",
        "otel-endpoint | http://collector?tenant=1 | an absolute http or https URI without a query",
        "otel-endpoint | http://collector#1 | an absolute http or https URI without a query",
        "otel-service-name | ' ' | a name",
        "log-slow-requests-threshold | 0s | 1ms to 24h",
        "compression | true | false: this version can't compress yet",
      })
  void build_valueOutOfRange_isReportedWithItsRule(String key, String value, String rule) {
    Builder builder = ServerConfig.builder().set(key, value);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .satisfies(e ->
            assertThat(e.problems())
                .containsExactly(key + ": " + value + " (expected: " + rule + ")"));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "port, 0",
    "port, 65535",
    "workers, 0",
    "workers, 1024",
    "lame-duck, 0s",
    "max-requests-jitter, 2147483647",
    "backlog, 1",
    "backlog, 65535",
    "keep-alive-timeout, 1ms",
    "request-timeout, 86400s",
    "max-request-size, 0",
    "max-request-line, 64",
    "max-header-size, 1MiB",
    "max-concurrent-streams, 1",
    "max-concurrent-streams, 10000",
    "max-headers, 1",
    "max-headers, 10000",
    "max-connections, 1",
    "max-connections, 10000000",
    "websocket-max-message-size, 1",
    "websocket-max-message-size, 1GiB",
    "websocket-ping-interval, 0s",
    "server-header, ''",
    "otel-endpoint, http://localhost:4318",
    "otel-endpoint, https://[::1]/otlp/",
  })
  void build_valueAtTheEdgeOfItsRange_isTaken(String key, String value) {
    ServerConfig config = ServerConfig.builder().set(key, value).build();

    assertThat(Setting.of(key).orElseThrow().value(config)).isEqualTo(value);
  }

  @Test
  void build_metricsWhereTheHealthCheckIs_isReported() {
    Builder builder = ServerConfig.builder().healthCheckPath("/status").metricsPath("/status");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .withMessage("metrics-path: /status (expected: another path than health-check-path)");
  }

  @Test
  void build_maxRequestsOfProcesses_isTaken() {
    ServerConfig config =
        ServerConfig.builder().workerMode(WorkerMode.PROCESS).maxRequestsPerWorker(1000).build();

    assertThat(config.maxRequestsPerWorker()).isEqualTo(1000);
  }

  @Test
  void build_reloadOfProcesses_isReported() {
    Builder builder = ServerConfig.builder().workerMode(WorkerMode.PROCESS).reload(true);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(builder::build)
        .withMessage("reload: true (expected: false, unless worker-mode is thread)");
  }

  @Test
  void build_manyBadValues_reportsAllAtOnce() {
    Builder builder =
        ServerConfig.builder()
            .set("prot", "1")
            .set("backlog", "many")
            .port(70_000)
            .maxHeaders(0)
            .host("");

    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage(
            """
            prot: 1 (expected: a known key; the nearest is port)
            backlog: many (expected: a whole number)
            host:  (expected: a host name or IP address)
            port: 70000 (expected: 0 to 65535)
            max-headers: 0 (expected: 1 to 10000)\
            """);
  }

  @Test
  void trustedHosts_changedAfterwards_stayAsTheyWere() {
    List<Network> hosts = new ArrayList<>(List.of(Network.parse("10.0.0.1")));
    ServerConfig config = ServerConfig.builder().trustedHosts(hosts).build();
    hosts.add(Network.ANY);

    assertThat(config.trustedHosts()).containsExactly(Network.parse("10.0.0.1"));
  }

  @Test
  void workerCount_zero_isOneForEachCore() {
    assertThat(ServerConfig.builder().workers(0).build().workerCount())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(ServerConfig.builder().workers(3).build().workerCount()).isEqualTo(3);
  }
}
