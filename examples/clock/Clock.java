import dev.pounce.app.*;

// A clock that the server moves, by server-sent events. Serve it, then open http://127.0.0.1:8000/
//   ./pounce examples/clock/Clock.java

static final String PAGE = """
    <!doctype html>
    <meta charset="utf-8">
    <title>Clock</title>
    <h1 id="time"></h1>
    <script>
      new EventSource("/time").onmessage = event => time.textContent = event.data;
    </script>
    """;

Application app = Http.app(request -> switch (request.path()) {
  case "/" -> Response.html(PAGE);
  case "/time" -> Response.events(this::tick);
  default -> Response.empty(404);
});

/** Ends when the client has left: then send throws. */
void tick(Events events) throws Exception {
  while (true) {
    LocalTime now = LocalTime.now();
    events.send("%tT".formatted(now));
    Thread.sleep(Duration.ofNanos(1_000_000_000 - now.getNano()));
  }
}
