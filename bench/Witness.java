import dev.pounce.app.*;
import java.time.Duration;

// Tells which process has answered, and takes its time where it is asked to.
static final String PID = Long.toString(ProcessHandle.current().pid());

Application app = Http.app(request -> {
  switch (request.path()) {
    case "/slow" -> Thread.sleep(Duration.ofMillis(5));
    case "/burn" -> burn(Duration.ofMillis(Long.parseLong(request.query("ms"))));
    default -> {}
  }
  String text = request.method().equals("POST") ? request.text() : "witnessed";
  Response answer =
      request.path().equals("/stream")
          ? Response.stream("text/plain", out -> {
            for (int i = 0; i < text.length(); i++) {
              out.write(text.charAt(i));
              out.flush();
            }
          })
          : Response.text(text);
  return answer.header("Worker-Pid", PID);
});

void burn(Duration time) {
  long end = System.nanoTime() + time.toNanos();
  while (System.nanoTime() < end) {
    Thread.onSpinWait();
  }
}
