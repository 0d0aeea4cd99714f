package dev.pounce.bench.load;

import java.io.IOException;
import java.time.Duration;

/** Work for a server, done by a load tool. */
interface Load {
  String label();

  String description();

  /** What the server must speak. */
  Protocol protocol();

  /** What a server that logs each request may write in a second. */
  long logBytesPerSecond();

  /** Puts the work on a server for a time. */
  Report run(Mode mode, int port, Duration time) throws IOException;
}
