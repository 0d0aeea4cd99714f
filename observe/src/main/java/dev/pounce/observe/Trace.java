package dev.pounce.observe;

/**
 * The span that stands for a request in a distributed trace (W3C Trace Context).
 *
 * <p>What makes it also puts it on threads, so that spans made there become its children.
 */
public interface Trace {

  /**
   * The trace that the span belongs to.
   *
   * @return 32 lower-case hexadecimal digits
   */
  String traceId();

  /**
   * The span.
   *
   * @return 16 lower-case hexadecimal digits
   */
  String spanId();

  /**
   * Whether it is recorded.
   *
   * @return false if a sampler has left it out
   */
  boolean sampled();

  /**
   * Makes the span current on the calling thread.
   *
   * @return to be closed on the same thread, which ends that and nothing else
   */
  Attachment attach();

  /** Lasts as long as a span is current on a thread. */
  interface Attachment extends AutoCloseable {
    @Override
    void close();
  }
}
