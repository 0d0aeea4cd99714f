package dev.pounce.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.config.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DesksTest {

  private static final int THREADS = 4;
  private static final int TURNS = 20_000;

  private final Desks desks = new Desks(ServerConfig.defaults());

  @Test
  void take_twice_givesTwoDesks() {
    assertThat(desks.take(1)).isNotSameAs(desks.take(1));
  }

  @Test
  void take_afterGive_givesTheSameDeskAgain() {
    Desk desk = desks.take(1);
    desks.give(1, desk);

    assertThat(desks.take(1)).isSameAs(desk);
    assertThat(desks.take(1)).isNotSameAs(desk);
  }

  @Test
  void give_toATakenSlot_keepsOneOfTheTwo() {
    Desk first = desks.take(1);
    Desk second = desks.take(1);
    desks.give(1, first);
    desks.give(1, second);

    assertThat(desks.take(1)).isIn(first, second);
    assertThat(desks.take(1)).isNotIn(first, second);
  }

  @Test
  void take_forAnyNumber_findsASlot() {
    for (long number :
        new long[] {0, 63, 64, Integer.MAX_VALUE, 1L << 31, 1L << 40, Long.MAX_VALUE}) {
      Desk desk = desks.take(number);
      desks.give(number, desk);

      assertThat(desks.take(number)).isSameAs(desk);
    }
  }

  @Test
  void take_byManyAtOnce_neverGivesOneDeskToTwo() throws Exception {
    Set<Desk> taken = ConcurrentHashMap.newKeySet();
    List<Future<Integer>> doubles = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        doubles.add(threads.submit(() -> takeAndGive(taken)));
      }
    }
    for (Future<Integer> count : doubles) {
      assertThat(count.get()).isZero();
    }
  }

  private int takeAndGive(Set<Desk> taken) {
    int doubles = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      Desk desk = desks.take(turn % 2);
      doubles += taken.add(desk) ? 0 : 1;
      taken.remove(desk);
      desks.give(turn % 2, desk);
    }
    return doubles;
  }
}
