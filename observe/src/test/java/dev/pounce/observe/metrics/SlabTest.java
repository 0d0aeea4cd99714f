package dev.pounce.observe.metrics;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SlabTest {

  @Test
  void add_manyThreads_losesNothing() throws InterruptedException {
    Slab slab = slab(8);
    int adds = 50_000;

    inParallel(
        8,
        thread -> {
          for (int i = 0; i < adds; i++) {
            slab.add(slab.stripe(i), Slab.STARTED, thread + 1);
            slab.add(slab.stripe(thread), Slab.BYTES_SENT, 1);
          }
        });

    long[] cells = slab.read();
    assertThat(cells[Slab.STARTED]).isEqualTo(36L * adds);
    assertThat(cells[Slab.BYTES_SENT]).isEqualTo(8L * adds);
    assertThat(LongStream.of(cells).sum()).as("of all cells").isEqualTo(44L * adds);
  }

  @ParameterizedTest
  @CsvSource({Slab.STARTED + "," + Slab.ENDED, Slab.OPENED + "," + Slab.COMPLETED})
  void read_whileOthersAdd_startsAreNeverFewerThanEnds(int start, int end)
      throws InterruptedException {
    assertThat(end).as("what is read first").isLessThan(start);
    Slab slab = slab(8);
    AtomicBoolean reading = new AtomicBoolean(true);
    List<long[]> impossible = new ArrayList<>();

    inParallel(
        3,
        thread -> {
          for (int i = 0; thread > 0 && reading.get(); i++) {
            long stripe = slab.stripe(i);
            slab.add(stripe, start, 1);
            slab.add(stripe, end, 1);
          }
          long before = 0;
          for (int changes = 0; thread == 0 && changes < 500; ) {
            long[] cells = slab.read();
            if (cells[start] < cells[end]) {
              impossible.add(cells);
            }
            changes += cells[start] == before ? 0 : 1;
            before = cells[start];
          }
          reading.set(false);
        });

    assertThat(impossible).isEmpty();
  }

  @Test
  void slab_mappedTwice_countsForBoth(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("worker-1");
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE);
        Arena arena = Arena.ofShared()) {
      Slab one = new Slab(channel.map(MapMode.READ_WRITE, 0, Slab.bytes(2), arena));
      Slab other = new Slab(channel.map(MapMode.READ_WRITE, 0, Slab.bytes(2), arena));

      one.add(one.stripe(1), Slab.OPENED, 1);
      other.add(other.stripe(2), Slab.OPENED, 2);

      assertThat(one.read()).isEqualTo(other.read());
      assertThat(one.read()[Slab.OPENED]).isEqualTo(3);
    }
  }

  @Test
  void balance_endsWhatIsUnderWay_andCountsNothingElse() {
    Slab slab = slab(4);
    for (int connection = 0; connection < 10; connection++) {
      long stripe = slab.stripe(connection);
      slab.add(stripe, Slab.OPENED, 2);
      slab.add(stripe, Slab.COMPLETED, 1);
      slab.add(stripe, Slab.STARTED, 5);
      slab.add(stripe, Slab.ENDED, 2);
      slab.add(stripe, Slab.BYTES_SENT, 100);
    }
    assertThat(slab.connectionsActive()).isEqualTo(10);

    assertThat(slab.balance()).as("requests under way").isEqualTo(30);

    long[] cells = slab.read();
    assertThat(cells[Slab.ENDED]).isEqualTo(50).isEqualTo(cells[Slab.STARTED]);
    assertThat(cells[Slab.COMPLETED]).isEqualTo(20).isEqualTo(cells[Slab.OPENED]);
    assertThat(cells[Slab.BYTES_SENT]).isEqualTo(1_000);
    assertThat(slab.connectionsActive()).isZero();
    assertThat(slab.balance()).as("requests under way").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16, 1000, 1024})
  void stripe_connectionsWithAPattern_areSpreadEvenly(int step) {
    Slab slab = slab(8);

    assertThat(
            LongStream.range(0, 800)
                .mapToObj(i -> slab.stripe(1 + i * step))
                .collect(Collectors.groupingBy(stripe -> stripe, Collectors.counting())))
        .hasSize(8)
        .allSatisfy((stripe, connections) -> assertThat(connections).isBetween(80L, 120L));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "8, 8", "9, 8", "1000, 8"})
  void stripes_asManyAsCoresButAtMostEight(int cores, int stripes) {
    assertThat(Slab.stripes(cores)).isEqualTo(stripes);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, -8", "1, 8", "3, 0", "16, 0"})
  void slab_memoryOfAnotherSize_isRefused(int stripes, long more) {
    long bytes = Slab.bytes(stripes) + more;

    assertThatThrownBy(() -> new Slab(MemorySegment.ofArray(new long[(int) (bytes / 8)])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a slab is not of " + bytes + " bytes");
  }

  private static Slab slab(int stripes) {
    return new Slab(MemorySegment.ofArray(new long[(int) (Slab.bytes(stripes) / Long.BYTES)]));
  }

  private interface Work {
    void run(int thread);
  }

  private static void inParallel(int count, Work work) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().start(() -> work.run(number)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
