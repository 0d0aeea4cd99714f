package dev.pounce.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.exchange.Generation;
import dev.pounce.server.source.Version;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which thread serves a connection, and for which generation. */
@Timeout(60)
class TenureTest {

  private final Tenure tenure = new Tenure();
  private final ClassLoader loader = new ClassLoader() {};
  private final Generation first = generation(1);
  private final Generation second = generation(2);
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void serveTheFirst() {
    tenure.begin();
    tenure.host(first);
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void hosting_aGeneration_putsItsLoaderOnTheThread() {
    assertThat(tenure.generation()).isSameAs(first);
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
  }

  @Test
  void release_ofTheGenerationHosted_leavesNothingOfIt() {
    assertThat(tenure.release(first)).isTrue();
    assertThat(tenure.isVacant()).isTrue();
    assertThat(Thread.currentThread().getContextClassLoader()).isNull();
    assertThat(tenure.release(first)).isFalse();
  }

  @Test
  void release_ofAnotherGeneration_changesNothing() {
    tenure.host(second);
    assertThat(tenure.release(first)).isFalse();
    assertThat(tenure.isOf(second)).isTrue();
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
  }

  @Test
  void vacating_leavesNothingOfTheGeneration() {
    tenure.vacate();
    assertThat(tenure.isVacant()).isTrue();
    assertThat(Thread.currentThread().getContextClassLoader()).isNull();
  }

  @Test
  void thread_thatServes_isKnownAndInterruptedFromOthers() throws InterruptedException {
    Thread serving = Thread.currentThread();
    AtomicBoolean own = new AtomicBoolean(true);
    Thread other =
        Thread.ofVirtual()
            .start(() -> {
              own.set(tenure.isOwn());
              tenure.interrupt();
            });
    while (!Thread.interrupted()) {
      Thread.onSpinWait();
    }
    other.join();
    assertThat(own).isFalse();
    assertThat(tenure.isOwn()).isTrue();
    assertThat(tenure.isOn(serving.threadId())).isTrue();
    assertThat(tenure.isOn(other.threadId())).isFalse();
  }

  private Generation generation(int number) {
    return new Generation(
        number, new Version((scope, receive, send) -> {}, loader, () -> {}), Map.of());
  }
}
