import dev.pounce.app.*;

Application app = Http.app(request -> Response.text("Hello, World!\n"));
