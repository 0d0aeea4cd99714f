package dev.pounce.app;

/** A function from a request to its response. */
@FunctionalInterface
public interface Handler {

  /**
   * Answers one request. Called on the connection's virtual thread; may block.
   *
   * @throws Exception anything: the client gets status 500
   */
  Response handle(Request request) throws Exception;
}
