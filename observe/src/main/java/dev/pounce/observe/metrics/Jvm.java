package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.counter;
import static dev.pounce.observe.metrics.Family.gauge;
import static dev.pounce.observe.metrics.Family.sample;
import static dev.pounce.observe.metrics.Family.seconds;

import dev.pounce.observe.metrics.Family.Sample;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the JVM, under the names that the Prometheus Java client gives them, so that
 * dashboards made for it show ours. The platform's beans are asked when metrics are, never before:
 * the first question costs tens of milliseconds. What a bean does not know, for which it says -1,
 * is left out.
 */
final class Jvm {

  private Jvm() {}

  static List<Family> families() {
    List<Family> families = new ArrayList<>();
    families.add(runtime());
    families.addAll(memory());
    families.addAll(buffers());
    families.add(collections());
    families.addAll(threads());
    families.addAll(classes());
    families.add(compilation());
    families.removeIf(family -> family.samples().isEmpty());
    return families;
  }

  private static Family runtime() {
    Sample sample =
        sample(
            1,
            "runtime",
            System.getProperty("java.runtime.name", "unknown"),
            "vendor",
            System.getProperty("java.vm.vendor", "unknown"),
            "version",
            System.getProperty("java.runtime.version", "unknown"));
    return new Family("jvm_runtime", Family.Type.INFO, "The JVM that runs.", List.of(sample));
  }

  private static List<Family> memory() {
    List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
    List<Family> families = new ArrayList<>();
    Map<String, MemoryUsage> areas = new TreeMap<>();
    areas.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
    areas.put("nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
    families.addAll(usages("jvm_memory", "a memory area", "area", areas));
    families.addAll(
        usages(
            "jvm_memory_pool", "a memory pool", "pool", usages(pools, MemoryPoolMXBean::getUsage)));
    families.addAll(
        usages(
            "jvm_memory_pool_collection",
            "a memory pool after its last collection",
            "pool",
            usages(pools, MemoryPoolMXBean::getCollectionUsage)));
    return families;
  }

  private static Map<String, MemoryUsage> usages(
      List<MemoryPoolMXBean> pools, Function<MemoryPoolMXBean, @Nullable MemoryUsage> of) {
    Map<String, MemoryUsage> usages = new TreeMap<>();
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage usage = of.apply(pool);
      if (usage != null) {
        usages.put(pool.getName(), usage);
      }
    }
    return usages;
  }

  private static List<Family> usages(
      String prefix, String what, String label, Map<String, MemoryUsage> usages) {
    return List.of(
        gauge(
            prefix + "_used_bytes",
            "Used bytes of " + what + ".",
            known(usages, label, MemoryUsage::getUsed)),
        gauge(
            prefix + "_committed_bytes",
            "Committed bytes of " + what + ".",
            known(usages, label, MemoryUsage::getCommitted)),
        gauge(
            prefix + "_max_bytes",
            "Most bytes of " + what + ".",
            known(usages, label, MemoryUsage::getMax)),
        gauge(
            prefix + "_init_bytes",
            "First bytes of " + what + ".",
            known(usages, label, MemoryUsage::getInit)));
  }

  private static List<Family> buffers() {
    Map<String, BufferPoolMXBean> pools = new TreeMap<>();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      pools.put(pool.getName(), pool);
    }
    return List.of(
        gauge(
            "jvm_buffer_pool_used_bytes",
            "Used bytes of a pool of buffers.",
            known(pools, "pool", BufferPoolMXBean::getMemoryUsed)),
        gauge(
            "jvm_buffer_pool_capacity_bytes",
            "Capacity of a pool of buffers, in bytes.",
            known(pools, "pool", BufferPoolMXBean::getTotalCapacity)),
        gauge(
            "jvm_buffer_pool_used_buffers",
            "Buffers of a pool.",
            known(pools, "pool", BufferPoolMXBean::getCount)));
  }

  private static <T> Stream<Sample> known(
      Map<String, T> beans, String label, ToLongFunction<T> value) {
    return beans.entrySet().stream()
        .filter(e -> value.applyAsLong(e.getValue()) >= 0)
        .map(e -> sample(value.applyAsLong(e.getValue()), label, e.getKey()));
  }

  private static Family collections() {
    List<Sample> samples = new ArrayList<>();
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      long count = gc.getCollectionCount();
      long millis = gc.getCollectionTime();
      if (count >= 0 && millis >= 0) {
        samples.add(sample(count, "gc", gc.getName()).named("_count"));
        samples.add(sample(seconds(Duration.ofMillis(millis)), "gc", gc.getName()).named("_sum"));
      }
    }
    return new Family(
        "jvm_gc_collection_seconds",
        Family.Type.SUMMARY,
        "Time spent in a garbage collector, in seconds.",
        samples);
  }

  private static List<Family> threads() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return List.of(
        gauge("jvm_threads_current", "Platform threads alive.", sample(threads.getThreadCount())),
        gauge(
            "jvm_threads_daemon", "Daemon threads alive.", sample(threads.getDaemonThreadCount())),
        gauge(
            "jvm_threads_peak",
            "The most platform threads at once.",
            sample(threads.getPeakThreadCount())),
        counter(
            "jvm_threads_started",
            "Total platform threads started.",
            sample(threads.getTotalStartedThreadCount())));
  }

  private static List<Family> classes() {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    return List.of(
        gauge(
            "jvm_classes_currently_loaded",
            "Classes now loaded.",
            sample(classes.getLoadedClassCount())),
        counter(
            "jvm_classes_loaded",
            "Total classes loaded.",
            sample(classes.getTotalLoadedClassCount())),
        counter(
            "jvm_classes_unloaded",
            "Total classes unloaded.",
            sample(classes.getUnloadedClassCount())));
  }

  private static Family compilation() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    boolean known = compiler != null && compiler.isCompilationTimeMonitoringSupported();
    return counter(
        "jvm_compilation_time_seconds",
        "Total time spent in compilation, in seconds.",
        known
            ? Stream.of(sample(seconds(Duration.ofMillis(compiler.getTotalCompilationTime()))))
            : Stream.empty());
  }
}
