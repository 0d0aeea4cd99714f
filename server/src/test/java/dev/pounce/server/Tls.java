package dev.pounce.server;

import static dev.pounce.server.Requests.get;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.config.Builder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests share in which a server speaks TLS, with clients that others have written. */
abstract class Tls {

  static final String LAST = get("/", "Connection: close");
  static final Application HELLO = Http.app(request -> Response.text("Hello!"));

  @TempDir Path folder;

  @AutoClose final ServerLog log = ServerLog.open();

  @BeforeEach
  void write() throws IOException {
    Secured.write(folder);
  }

  Running serve(Application application) throws StartupException {
    return serve(application, settings -> {});
  }

  Running serve(Application application, Consumer<Builder> more) throws StartupException {
    return Running.serve(application, Secured.settings(folder).andThen(more));
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  OpenSsl.Client openssl(Running server, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-CAfile", file("cert.pem")));
    all.addAll(List.of(options));
    return new OpenSsl.Client(server.port(), all.toArray(String[]::new));
  }

  String curl(Running server, String... args) throws Exception {
    String[] all = new String[args.length + 1];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "https://localhost:" + server.port() + "/";
    return Curl.over("--cacert", file("cert.pem"), all);
  }
}
