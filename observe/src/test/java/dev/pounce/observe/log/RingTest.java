package dev.pounce.observe.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class RingTest {
  private static final int GRANULE = 32;

  private final Ring ring = new Ring(1024);

  @Test
  void offer_record_comesOutWithItsTag() {
    byte[] source = "..hello..".getBytes(US_ASCII);

    int used = ring.offer(13, source, 2, 5);

    assertThat(used).isEqualTo(GRANULE);
    assertThat(ring.peek(ring.claimed())).isTrue();
    assertThat(ring.tag()).isEqualTo(13);
    assertThat(record()).asString().isEqualTo("hello");
  }

  @Test
  void offer_emptyRecord_comesOut() {
    ring.offer(0, new byte[0], 0, 0);

    assertThat(ring.peek(ring.claimed())).isTrue();
    assertThat(record()).isEmpty();
  }

  @Test
  void offer_ringFull_isRefused() {
    fill();

    assertThat(ring.offer(0, new byte[1], 0, 1)).isEqualTo(Ring.FULL);
  }

  @Test
  void offer_recordsTakenButNotReleased_isRefused() {
    fill();
    takeAll();

    assertThat(ring.offer(0, new byte[1], 0, 1)).isEqualTo(Ring.FULL);
  }

  @Test
  void offer_spaceReleased_isTaken() {
    fill();
    takeAll();
    ring.release();

    assertThat(ring.offer(0, new byte[1], 0, 1)).isEqualTo(GRANULE);
  }

  @Test
  void offer_longerThanQuarter_isRefused() {
    assertThat(ring.offer(0, new byte[257], 0, 257)).isEqualTo(Ring.FULL);
    assertThat(ring.offer(0, new byte[256], 0, 256)).isEqualTo(256);
  }

  @Test
  void offer_wouldCrossEnd_beginsAtZero() {
    for (int i = 0; i < 5; i++) {
      ring.offer(0, filled(i, 192), 0, 192);
    }
    takeAll();
    ring.release();

    int used = ring.offer(0, filled(7, 96), 0, 96);

    assertThat(used).as("the 64 bytes before the end are skipped").isEqualTo(64 + 96);
    assertThat(ring.peek(ring.claimed())).isTrue();
    assertThat(ring.offset()).isZero();
    assertThat(record()).isEqualTo(filled(7, 96));
  }

  @Test
  void offer_closed_isRefused() {
    ring.close();

    assertThat(ring.offer(0, new byte[1], 0, 1)).isEqualTo(Ring.CLOSED);
    assertThat(ring.drained()).isTrue();
  }

  @Test
  void close_recordsWaiting_comeOut() {
    ring.offer(0, filled(1, 3), 0, 3);
    ring.close();

    assertThat(ring.drained()).isFalse();
    assertThat(ring.peek(ring.claimed())).isTrue();
    assertThat(record()).isEqualTo(filled(1, 3));
    assertThat(ring.drained()).isTrue();
  }

  @Test
  void peek_recordClaimedAfterTheEnd_isLeft() {
    ring.offer(0, filled(1, 1), 0, 1);
    long end = ring.claimed();
    ring.offer(0, filled(2, 1), 0, 1);

    assertThat(ring.peek(end)).isTrue();
    ring.take();
    assertThat(ring.peek(end)).isFalse();
    assertThat(ring.peek(ring.claimed())).isTrue();
  }

  @Test
  void offer_outsideTheArray_fails() {
    assertThatThrownBy(() -> ring.offer(0, new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(ring.drained()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64, 1000, 1 << 27, Integer.MIN_VALUE})
  void capacity_notAPowerOfTwoInRange_isRefused(int capacity) {
    assertThatThrownBy(() -> new Ring(capacity))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capacity: " + capacity + " (expected: a power of two, 128 to 67108864)");
  }

  /**
   * A record names its producer, its number and, by those, all of its bytes. The ring is small
   * against what goes through it: it is full most of the time and wraps thousands of times.
   */
  @Test
  void offer_manyProducers_nothingIsLostTornOrOutOfOrder() throws InterruptedException {
    int producers = 8;
    int records = 20_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      int producer = i;
      threads.add(Thread.ofVirtual().start(() -> produce(producer, records)));
    }

    int[] next = new int[producers];
    try {
      for (int taken = 0; taken < producers * records && !Thread.interrupted(); ) {
        while (ring.peek(ring.claimed())) {
          byte[] record = record();
          int producer = record[0];
          assertThat(record).isEqualTo(content(producer, next[producer]++));
          taken++;
        }
        ring.release();
        Thread.onSpinWait(); // So near behind the producers that it would see half a record.
      }
    } finally {
      for (Thread thread : threads) {
        thread.interrupt();
        thread.join();
      }
    }

    assertThat(next).containsOnly(records);
    assertThat(ring.drained()).isTrue();
  }

  @Test
  void close_whileProducersOffer_whatWasAcceptedComesOutAndNothingElse()
      throws InterruptedException {
    Ring wide = new Ring(1 << 22);
    AtomicLong accepted = new AtomicLong();
    CountDownLatch begun = new CountDownLatch(4);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                byte[] record = new byte[8];
                while (wide.offer(0, record, 0, record.length) >= 0) {
                  accepted.incrementAndGet();
                  begun.countDown();
                }
              }));
    }
    begun.await();
    wide.close();
    for (Thread thread : threads) {
      thread.join();
    }

    long taken = 0;
    while (wide.peek(wide.claimed())) {
      wide.take();
      taken++;
    }

    assertThat(taken).isEqualTo(accepted.get());
    assertThat(wide.drained()).isTrue();
  }

  private void produce(int producer, int records) {
    for (int number = 0; number < records && !Thread.currentThread().isInterrupted(); ) {
      byte[] record = content(producer, number);
      if (ring.offer(0, record, 0, record.length) >= 0) {
        number++;
      } else {
        LockSupport.parkNanos(1_000);
      }
    }
  }

  private static byte[] content(int producer, int number) {
    byte[] record = filled(31 * producer + number, 1 + Math.floorMod(number * 7919, 200));
    record[0] = (byte) producer;
    return record;
  }

  private static byte[] filled(int value, int length) {
    byte[] record = new byte[length];
    Arrays.fill(record, (byte) value);
    return record;
  }

  private void fill() {
    while (ring.offer(0, new byte[GRANULE], 0, GRANULE) >= 0) {}
  }

  private void takeAll() {
    while (ring.peek(ring.claimed())) {
      ring.take();
    }
  }

  private byte[] record() {
    byte[] record = Arrays.copyOfRange(ring.bytes(), ring.offset(), ring.offset() + ring.length());
    ring.take();
    return record;
  }
}
