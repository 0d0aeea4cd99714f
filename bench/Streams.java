import dev.pounce.app.*;

// POST /sink?rate=N reads the body at N bytes a second and answers with its length.
// GET /source?bytes=N streams N bytes as fast as the client takes them.
Application app =
    Http.app(request ->
        switch (request.path()) {
          case "/sink" -> sink(request.body(), number(request, "rate"));
          case "/source" -> source(number(request, "bytes"));
          default -> Response.empty(404);
        });

Response sink(InputStream body, long rate) throws Exception {
  byte[] piece = new byte[64 * 1024];
  long length = 0;
  long start = System.nanoTime();
  for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
    length += count;
    long ahead = length * 1_000_000_000L / rate - (System.nanoTime() - start);
    if (ahead > 0) {
      Thread.sleep(Duration.ofNanos(ahead));
    }
  }
  return Response.text(Long.toString(length));
}

Response source(long bytes) {
  return Response.stream(
      "application/octet-stream",
      out -> {
        byte[] piece = new byte[64 * 1024];
        for (long left = bytes; left > 0; left -= piece.length) {
          out.write(piece, 0, (int) Math.min(left, piece.length));
        }
      });
}

long number(Request request, String name) {
  return Long.parseLong(Objects.requireNonNull(request.query(name), name));
}

void main() {
  Pounce.run(app);
}
