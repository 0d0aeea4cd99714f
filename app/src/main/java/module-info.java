/** What a Pounce application is written against. */
module dev.pounce.app {
  requires static org.jspecify;

  exports dev.pounce.app;

  uses dev.pounce.app.Host;
}
