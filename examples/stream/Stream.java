import dev.pounce.app.*;

// Rows of JSON without end, each made when there is room for it. Serve it, then take a few:
//   ./pounce examples/stream/Stream.java
//   curl -sN http://127.0.0.1:8000/primes | head -3
// Or be slow, and see at http://127.0.0.1:8000/made that soon no more of them are made:
//   curl -sN --limit-rate 1k http://127.0.0.1:8000/primes

final AtomicLong made = new AtomicLong();

Application app = Http.app(request -> switch (request.path()) {
  case "/primes" -> Response.stream("application/x-ndjson", this::primes);
  case "/made" -> Response.json("{\"made\":" + made + "}\n");
  default -> Response.empty(404);
});

/** A flush waits while the client is slow, and throws when it has left: that is the end. */
void primes(OutputStream out) throws IOException {
  var rows = new BufferedWriter(new OutputStreamWriter(out));
  BigInteger prime = BigInteger.TWO;
  for (int number = 1; ; number++) {
    rows.write("{\"number\":" + number + ",\"prime\":" + prime + "}\n");
    made.incrementAndGet();
    if (number % 100 == 0) {
      rows.flush();
    }
    prime = prime.nextProbablePrime();
  }
}
