package dev.pounce.cli.fault;

import dev.pounce.app.Application;
import dev.pounce.app.Inbound;
import dev.pounce.app.LifespanScope;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.LifespanStartupFailed;
import dev.pounce.app.Outbound;
import dev.pounce.app.Receive;
import dev.pounce.app.Scope;
import dev.pounce.app.Send;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An application whose start-up may fail without keeping the server from serving: it is then
 * answered with the fault in its place.
 */
public final class Trial implements Application {

  private final String target;
  private final Application application;
  private final Consumer<Fault> failed;
  private volatile @Nullable Application page;

  /**
   * An application on trial.
   *
   * @param target what it is called
   * @param failed told on the life span's thread, before anybody is served
   */
  public Trial(String target, Application application, Consumer<Fault> failed) {
    this.target = target;
    this.application = application;
    this.failed = failed;
  }

  @Override
  public void handle(Scope scope, Receive receive, Send send) throws Exception {
    Application instead = page;
    if (scope instanceof LifespanScope) {
      new Start(receive, send).live(scope);
    } else {
      (instead == null ? application : instead).handle(scope, receive, send);
    }
  }

  private void fail(String why, @Nullable Throwable cause) {
    Fault fault =
        new Fault(target, target + ": the application did not start: " + why, false, cause);
    page = Page.of(fault);
    failed.accept(fault);
  }

  /** The application's life span, in which a failed start-up is reported as a complete one. */
  private final class Start {

    private final Receive receive;
    private final Send send;
    private volatile boolean begun;
    private volatile boolean over;

    Start(Receive receive, Send send) {
      this.receive = receive;
      this.send = send;
    }

    void live(Scope scope) throws Exception {
      try {
        application.handle(scope, this::receive, this::send);
      } catch (Throwable t) { // an application may throw anything
        if (begun && !over) {
          fail(t.toString(), t);
          send.send(new LifespanStartupComplete());
        } else if (page == null) {
          throw t;
        }
      }
    }

    private Inbound receive() {
      Inbound message = receive.receive();
      begun = true;
      return message;
    }

    private void send(Outbound message) throws IOException {
      if (!over && message instanceof LifespanStartupFailed(String why)) {
        over = true;
        fail(why, null);
        send.send(new LifespanStartupComplete());
      } else {
        over |= message instanceof LifespanStartupComplete;
        send.send(message);
      }
    }
  }
}
