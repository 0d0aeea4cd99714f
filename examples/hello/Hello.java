import dev.pounce.app.*;

Application app = Http.app(request -> switch (request.path()) {
  case "/" -> Response.text("Hello, World!\n");
  case "/now" -> Response.json("\"" + Instant.now() + "\"\n");
  default -> Response.empty(404);
});
