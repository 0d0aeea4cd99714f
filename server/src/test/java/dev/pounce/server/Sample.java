package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import java.time.Duration;

/** What tests serve, and limits that they set, where these are not what the test is about. */
final class Sample {

  /** Answers everything with one line. */
  static final Application HELLO = Http.app(request -> Response.text("Hello!\n"));

  /** Answers with the request's body. */
  static final Application ECHO =
      Http.app(request -> Response.bytes("application/octet-stream", request.bytes()));

  /** A limit that is to be reached. */
  static final Duration SHORT = Duration.ofMillis(300);

  /** A limit that is not. */
  static final Duration LONG = Duration.ofMinutes(1);

  private Sample() {}
}
