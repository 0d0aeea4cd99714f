/** The server's metrics in any registry of Micrometer's. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // it has no module-info
module dev.pounce.micrometer {
  requires transitive dev.pounce.observe;
  requires transitive micrometer.commons;
  requires transitive micrometer.core;
  requires static org.jspecify;

  exports dev.pounce.micrometer;
}
