package dev.pounce.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A life span made of two functions, seen from the server's side. */
class LifespanTest {

  private final List<String> steps = new ArrayList<>();
  private final Map<String, Object> state = new HashMap<>();
  private final Outbox outbox = Outbox.open();

  private final Application wrapped =
      Lifespan.around(
          (scope, receive, send) -> steps.add("application"),
          state -> {
            state.put("db", "open");
            steps.add("startup after " + outbox.messages().size());
          },
          state ->
              steps.add("shutdown of " + state.get("db") + " after " + outbox.messages().size()));

  private static Scope http() {
    return new HttpScope(
        "GET", "/", "/", "", "1.1", "http", Headers.none(), null, null, Map.of(), Map.of());
  }

  @Test
  void around_lifespan_runsBothFunctionsEachBeforeItsAnswer() throws Exception {
    wrapped.handle(
        new LifespanScope(state), Inbox.of(new LifespanStartup(), new LifespanShutdown()), outbox);
    assertThat(steps).containsExactly("startup after 0", "shutdown of open after 1");
    assertThat(outbox.messages())
        .containsExactly(new LifespanStartupComplete(), new LifespanShutdownComplete());
  }

  @Test
  void around_startup_storesInTheScopesState() throws Exception {
    wrapped.handle(
        new LifespanScope(state), Inbox.of(new LifespanStartup(), new LifespanShutdown()), outbox);
    assertThat(state).containsEntry("db", "open");
  }

  @Test
  void around_otherScope_isTheApplications() throws Exception {
    wrapped.handle(http(), Inbox.of(), outbox);
    assertThat(steps).containsExactly("application");
    assertThat(outbox.messages()).isEmpty();
  }

  @Test
  void around_startupThrows_passesItOnUnanswered() {
    IOException failure = new IOException("no database");
    Application broken = Lifespan.around(wrapped, state -> throwIt(failure), state -> {});
    assertThatThrownBy(
            () -> broken.handle(new LifespanScope(state), Inbox.of(new LifespanStartup()), outbox))
        .isSameAs(failure);
    assertThat(outbox.messages()).isEmpty();
  }

  @Test
  void around_shutdownThrows_passesItOnUnanswered() {
    IOException failure = new IOException("no database");
    Application broken = Lifespan.around(wrapped, state -> {}, state -> throwIt(failure));
    assertThatThrownBy(() ->
            broken.handle(
                new LifespanScope(state),
                Inbox.of(new LifespanStartup(), new LifespanShutdown()),
                outbox))
        .isSameAs(failure);
    assertThat(outbox.messages()).containsExactly(new LifespanStartupComplete());
  }

  private static void throwIt(Exception failure) throws Exception {
    throw failure;
  }
}
