package dev.pounce.observe.metrics;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file that is not what it should be is left out and counted, and harms no scrape. */
@Timeout(120)
class TornSlabTest {

  @TempDir private Path base;
  private Run run;
  private PrometheusCollector one;

  @BeforeEach
  void create() throws IOException {
    run = Run.in(base);
    one = run.worker(1);
    Story.on(one).opened();
  }

  @AfterEach
  void close() {
    run.close();
  }

  /** What may be found where the slab of worker 2 should be. */
  private enum Damage {
    EMPTY {
      @Override
      void make(Run run) throws IOException {
        Files.createFile(run.slab(2));
      }
    },
    HEADER_ALONE {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        cut(run.slab(2), SlabFile.HEADER_BYTES);
      }
    },
    TOO_SHORT {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        cut(run.slab(2), Files.size(run.slab(2)) - 1);
      }
    },
    TOO_LONG {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        put(run.slab(2), Files.size(run.slab(2)), 1);
      }
    },
    ANOTHERS_MAGIC {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        put(run.slab(2), 0, 1);
      }
    },
    ANOTHER_LAYOUT {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        put(run.slab(2), 8, 1);
      }
    },
    MORE_STRIPES_THAN_THERE_ARE {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        put(run.slab(2), 16, 0x0700_0000_0000_0000L);
      }
    },
    ANOTHER_WORKERS {
      @Override
      void make(Run run) throws IOException {
        Files.copy(run.slab(1), run.slab(2));
      }
    },
    LINK {
      @Override
      void make(Run run) throws IOException {
        run.supervisor.prepare(2);
        Path moved = Files.move(run.slab(2), run.slab(2).resolveSibling("elsewhere"));
        Files.createSymbolicLink(run.slab(2), moved);
      }

      @Override
      void undo(Run run) throws IOException {
        Files.delete(run.slab(2).resolveSibling("elsewhere"));
      }
    },
    PIPE {
      @Override
      void make(Run run) throws IOException {
        try {
          assertThat(new ProcessBuilder("mkfifo", run.slab(2).toString()).start().waitFor())
              .isZero();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    },
    DIRECTORY {
      @Override
      void make(Run run) throws IOException {
        Files.createDirectory(run.slab(2));
      }
    },
    ANOTHER_NAME {
      @Override
      void make(Run run) throws IOException {
        Files.copy(run.slab(1), run.slab(1).resolveSibling("worker-one.slab"));
      }

      @Override
      void undo(Run run) throws IOException {
        Files.delete(run.slab(1).resolveSibling("worker-one.slab"));
      }
    };

    abstract void make(Run run) throws IOException;

    void undo(Run run) throws IOException {}
  }

  private static void cut(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.truncate(size);
    }
  }

  private static void put(Path file, long offset, long value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(value).flip(), offset);
    }
  }

  @ParameterizedTest
  @EnumSource
  void slab_thatCannotBeRead_isSkippedAndCounted(Damage damage) throws IOException {
    damage.make(run);

    for (PrometheusCollector any : List.of(run.collector, one)) {
      assertThat(any.export()).contains("pounce_slabs_skipped 1\n", "http_connections_active 1\n");
      assertThat(any.connectionsActive()).isEqualTo(1);
      assertThat(any.snapshot().connectionsActive()).isEqualTo(1);
    }
    assertThat(run.supervisor.retire(2)).isZero();
    damage.undo(run);
  }

  @Test
  void slab_cutWhileMapped_isSkippedUntilItIsWholeAgain() throws IOException {
    run.worker(2);
    assertThat(skipped()).isZero();
    byte[] whole = Files.readAllBytes(run.slab(2));

    cut(run.slab(2), 0);
    assertThat(skipped()).isEqualTo(1);
    assertThat(one.connectionsActive()).isEqualTo(1);
    assertThat(run.supervisor.retire(2)).isZero();

    put(run.slab(2), whole.length - Long.BYTES, 0);
    assertThat(skipped()).as("of the right size").isEqualTo(1);

    Files.write(run.slab(2), whole, WRITE);
    assertThat(skipped()).isZero();
  }

  @Test
  void ownSlab_cutWhileMapped_isSkippedLikeOthers() throws IOException {
    cut(run.slab(1), 100);

    assertThat(skipped()).isEqualTo(1);
  }

  @Test
  void slab_thatVanishes_isCountedNoMore() throws IOException {
    Story.on(run.worker(2), 2, 1).opened();
    assertThat(one.connectionsActive()).isEqualTo(2);

    Files.delete(run.slab(2));

    assertThat(one.connectionsActive()).isEqualTo(1);
    assertThat(one.export()).contains("http_connections_active 1\n");
  }

  @Test
  void directory_thatVanishes_failsNoScrape() throws IOException {
    for (Path file : List.of(run.slab(0), run.slab(1), run.supervisor.directory())) {
      Files.delete(file);
    }

    assertThat(one.export()).contains("pounce_slabs_skipped 1\n", "http_connections_active 0\n");
  }

  /** So that some reads are in the middle when the memory goes away. */
  @Test
  void slab_cutAgainAndAgain_failsNoScrape() throws Exception {
    run.worker(2);
    byte[] whole = Files.readAllBytes(run.slab(2));
    AtomicInteger cuts = new AtomicInteger();
    List<Long> seen = new ArrayList<>();
    try (ExecutorService cutter = Executors.newSingleThreadExecutor()) {
      Future<?> cutting =
          cutter.submit(() -> {
            while (cuts.getAndIncrement() < 2_000) {
              cut(run.slab(2), SlabFile.HEADER_BYTES);
              Files.write(run.slab(2), whole, WRITE);
            }
            return null;
          });
      while (!cutting.isDone()) {
        seen.add(one.snapshot().connectionsActive());
        seen.add(one.connectionsActive());
      }
      cutting.get();
    }

    assertThat(seen).isNotEmpty().allMatch(active -> active == 1);
  }

  @ParameterizedTest
  @EnumSource
  void families_thatCannotBeRead_areSkippedAndCounted(Tear tear) throws IOException {
    one.publish();
    byte[] whole = Files.readAllBytes(run.families(1));
    Files.write(run.families(1), tear.of(whole));

    assertThat(run.collector.export())
        .contains("pounce_slabs_skipped 1\n", "pounce_worker_connections" + Run.worker(1, 1))
        .doesNotContain("process_cpu");
  }

  private enum Tear {
    EMPTY {
      @Override
      byte[] of(byte[] whole) {
        return new byte[0];
      }
    },
    SHORTER {
      @Override
      byte[] of(byte[] whole) {
        return Arrays.copyOf(whole, whole.length - 1);
      }
    },
    CHANGED {
      @Override
      byte[] of(byte[] whole) {
        whole[whole.length / 2] ^= 1;
        return whole;
      }
    },
    HUGE {
      @Override
      byte[] of(byte[] whole) {
        return new byte[2 << 20];
      }
    };

    abstract byte[] of(byte[] whole);
  }

  @Test
  void families_ofAnotherProcess_areSkippedAndCounted() throws IOException {
    FamilyFile.write(run.families(1), new Owner(1, 2), List.of());

    assertThat(skipped(run.collector)).isEqualTo(1);
  }

  private long skipped() {
    return skipped(one);
  }

  private static long skipped(PrometheusCollector collector) {
    String line = Run.lines(collector, "pounce_slabs_skipped").findFirst().orElseThrow();
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }
}
