import dev.pounce.app.*;

Application app = Http.app(_ -> Response.text("Hello, World!"));

void main() {
  Pounce.run(app);
}
