package dev.pounce.server;

@OverTls
class DrainOverTlsTest extends DrainTest {

  /** Its server is a process of its own, without TLS: not once more. */
  @Override
  void lameDuck_secondSignal_endsItAndWaitsForNothingMore() {}
}
