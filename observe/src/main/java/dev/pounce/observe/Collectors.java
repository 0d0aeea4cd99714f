package dev.pounce.observe;

/** Several collectors, each guarded. */
record Collectors(LifecycleCollector... members) implements LifecycleCollector {

  static final LifecycleCollector DISABLED = event -> {};

  @Override
  public void record(LifecycleEvent event) {
    for (LifecycleCollector member : members) {
      member.record(event);
    }
  }

  @Override
  public void attached(Vitals vitals) {
    for (LifecycleCollector member : members) {
      member.attached(vitals);
    }
  }
}
