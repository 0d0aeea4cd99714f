/** What a server tells of itself: events, and the logs and metrics that are made of them. */
module dev.pounce.observe {
  requires static org.jspecify;
  requires java.management;
  requires jdk.management;
  requires jdk.jfr;

  exports dev.pounce.observe;
  exports dev.pounce.observe.flight;
  exports dev.pounce.observe.log;
  exports dev.pounce.observe.metrics;
}
