package dev.pounce.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Lifespan;
import dev.pounce.app.LifespanScope;
import dev.pounce.app.LifespanStartupFailed;
import dev.pounce.app.Response;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TrialTest {

  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @Test
  void startUp_thatGoesWell_isTheApplications() throws Exception {
    Application application =
        Lifespan.around(
            Http.app(request -> Response.text("of " + request.state().get("shop"))),
            state -> state.put("shop", "cheese"),
            state -> events.add("shutdown of " + state.get("shop")));

    assertThat(ask(application).text()).isEqualTo("of cheese");
    assertThat(events).containsExactly("shutdown of cheese");
    assertThat(faults).isEmpty();
  }

  @Test
  void startUp_thatThrows_isAFaultInItsPlace() throws Exception {
    IllegalStateException failure = new IllegalStateException("no database");
    RawResponse response =
        ask(
            Lifespan.around(
                Http.app(request -> Response.text("served")),
                state -> {
                  throw failure;
                },
                state -> events.add("shutdown")));

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.text())
        .startsWith("Hello.java can't be served\n\nHello.java: the application did not start: ")
        .contains("no database", "\tat dev.pounce.cli.fault.TrialTest");
    assertThat(faults).extracting(Fault::cause).containsExactly(failure);
    assertThat(events).isEmpty();
  }

  @Test
  void startUp_thatSaysItFailed_isAFaultInItsPlace() throws Exception {
    RawResponse response =
        ask((scope, receive, send) -> {
          if (scope instanceof LifespanScope) {
            receive.receive();
            send.send(new LifespanStartupFailed("no database"));
            throw new IllegalStateException("over");
          }
        });

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.text()).contains("the application did not start: no database\n");
    assertThat(faults).hasSize(1);
  }

  @Test
  void application_withoutALifeSpan_isServed() throws Exception {
    Application served = Http.app(request -> Response.text("served"));
    RawResponse response =
        ask((scope, receive, send) -> {
          if (!(scope instanceof HttpScope)) {
            throw new UnsupportedOperationException();
          }
          served.handle(scope, receive, send);
        });

    assertThat(response.text()).isEqualTo("served");
    assertThat(faults).isEmpty();
  }

  private RawResponse ask(Application application) throws Exception {
    Trial trial = new Trial("Hello.java", application, faults::add);
    try (Server server = new Server(ServerConfig.builder().port(0).build(), trial)) {
      server.start();
      try (RawClient client = RawClient.connect(server.port())) {
        return client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
      }
    }
  }
}
