/** What a server tells of itself: its logs. */
module dev.pounce.observe {
  requires static org.jspecify;

  exports dev.pounce.observe;
}
