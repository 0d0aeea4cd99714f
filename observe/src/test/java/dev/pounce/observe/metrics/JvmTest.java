package dev.pounce.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmCompilationMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics of JVM and process are those of the Prometheus Java client. */
class JvmTest {

  /** They would stop or walk all threads at each scrape, or are of finalization. */
  private static final List<String> NOT_OURS =
      List.of(
          "jvm_threads_state", "jvm_threads_deadlocked", "jvm_memory_objects_pending_finalization");

  private final PrometheusRegistry registry = new PrometheusRegistry();

  @BeforeEach
  void register() {
    JvmBufferPoolMetrics.builder().register(registry);
    JvmClassLoadingMetrics.builder().register(registry);
    JvmCompilationMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmMemoryMetrics.builder().register(registry);
    JvmRuntimeInfoMetric.builder().register(registry);
    JvmThreadsMetrics.builder().register(registry);
    ProcessMetrics.builder().register(registry);
  }

  @ParameterizedTest
  @EnumSource
  void names_typesUnitsAndLabels_areTheClients(Format format) throws IOException {
    String theirs = Client.write(registry.scrape(), format);

    assertThat(names(ours(format))).isEqualTo(names(theirs));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process_start_time_seconds",
        "process_max_fds",
        "jvm_runtime_info",
        "jvm_memory_max_bytes",
        "jvm_memory_init_bytes",
        "jvm_memory_pool_max_bytes",
      })
  void value_thatDoesNotChange_isTheClients(String name) throws IOException {
    String theirs = Client.write(registry.scrape(), Format.TEXT);

    assertThat(samples(ours(Format.TEXT), name)).isNotEmpty().isEqualTo(samples(theirs, name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "jvm_memory_used_bytes{area=\"nonheap\"}",
        "jvm_threads_started_total",
        "jvm_classes_loaded_total",
        "jvm_compilation_time_seconds_total",
      })
  void value_thatChanges_isNearTheClients(String name) throws IOException {
    double theirs = value(Client.write(registry.scrape(), Format.TEXT), name);

    assertThat(value(ours(Format.TEXT), name)).isBetween(theirs / 2, theirs * 2);
  }

  @Test
  void collections_areCounted() {
    double before = collections();

    System.gc();

    assertThat(collections()).isGreaterThan(before);
  }

  private static double collections() {
    return ours(Format.TEXT)
        .lines()
        .filter(line -> line.startsWith("jvm_gc_collection_seconds_count"))
        .mapToDouble(JvmTest::number)
        .sum();
  }

  private static String ours(Format format) {
    List<Family> families =
        Stream.concat(Jvm.families().stream(), OwnProcess.families().stream()).toList();
    return Exposition.of(families, format);
  }

  /** Names and labels of samples, and comments but for help. */
  private static Set<String> names(String exposition) {
    return exposition
        .lines()
        .filter(line -> !line.startsWith("# HELP") && !line.endsWith(" -1.0"))
        .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
        .filter(line -> NOT_OURS.stream().noneMatch(line::contains))
        .collect(Collectors.toSet());
  }

  private static Set<String> samples(String exposition, String name) {
    return exposition
        .lines()
        .filter(line -> line.startsWith(name))
        .filter(line -> !line.endsWith(" -1.0"))
        .map(line -> line.substring(0, line.lastIndexOf(' ') + 1) + number(line))
        .collect(Collectors.toSet());
  }

  private static double value(String exposition, String sample) {
    return exposition
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(JvmTest::number)
        .findFirst()
        .orElseThrow();
  }

  private static double number(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
  }
}
