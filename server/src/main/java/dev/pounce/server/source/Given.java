package dev.pounce.server.source;

import dev.pounce.app.Application;
import java.util.concurrent.atomic.AtomicBoolean;

/** One application object, which can't be loaded again. */
record Given(Application application, AtomicBoolean taken) implements Source {

  Given(Application application) {
    this(application, new AtomicBoolean());
  }

  @Override
  public Version load() {
    if (!taken.compareAndSet(false, true)) {
      throw new UnsupportedOperationException(
          "the application was given as an object; serve it with a Source to have it reloaded");
    }
    return Version.of(application);
  }
}
