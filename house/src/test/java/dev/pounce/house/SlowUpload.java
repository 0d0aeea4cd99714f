package dev.pounce.house;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;

/** Answers when the request's body is there, however long that takes: a request under way. */
final class SlowUpload {

  static final Application app =
      Http.app(request -> {
        request.bytes();
        return Response.text("Hello, World!\n");
      });

  private SlowUpload() {}
}
