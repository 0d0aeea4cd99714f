package dev.pounce.cli;

/** Which Pounce, and which Java. A constant: no resource is opened to start. */
final class Version {

  static final String POUNCE = "0.1.0";

  private Version() {}

  static String jdk() {
    Runtime.Version version = Runtime.version();
    String text = version.feature() + "." + version.interim() + "." + version.update();
    return version.update() == 0 && version.interim() == 0
        ? String.valueOf(version.feature())
        : text;
  }
}
