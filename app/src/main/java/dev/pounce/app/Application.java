package dev.pounce.app;

/**
 * An application: it is called once for each request, once for each WebSocket, and once for the
 * server's life span.
 *
 * <p>{@link #handle} runs on a virtual thread of its own connection and may block. It is called
 * from many threads at once, so what it shares between calls must be safe to share.
 *
 * <p>An application that does not know a kind of scope returns at once or throws. For a {@link
 * LifespanScope} that means "I have no life span", and the server starts without one.
 */
@FunctionalInterface
public interface Application {

  /**
   * Handles one scope from its first message to its last.
   *
   * <p>For an {@link HttpScope} it must send one {@link HttpResponseStart} and then {@link
   * HttpResponseBody} messages until one has {@code moreBody == false}, before it returns. Where it
   * does not, the client gets status 500, or a closed connection once the head is out.
   *
   * @param scope what the call is about
   * @param receive gives the messages that come in
   * @param send takes the messages that go out
   * @throws Exception anything: it is logged with its stack trace and the request ID, the client
   *     gets status 500, and the server goes on
   */
  void handle(Scope scope, Receive receive, Send send) throws Exception;
}
