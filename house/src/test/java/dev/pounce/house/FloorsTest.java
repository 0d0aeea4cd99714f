package dev.pounce.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each floor may use those below it, never above. */
class FloorsTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.pounce")
          .that(
              are(
                  resideInAnyPackage(
                      "dev.pounce.app..",
                      "dev.pounce.observe..",
                      "dev.pounce.micrometer..",
                      "dev.pounce.server..",
                      "dev.pounce.otel..",
                      "dev.pounce.compression..",
                      "dev.pounce.cli..")));

  @ParameterizedTest(name = "{0} uses none of {1}")
  @CsvSource({
    "app..,               observe..|micrometer..|server..|otel..|compression..|cli..",
    "observe..,           app..|micrometer..|server..|otel..|compression..|cli..",
    "micrometer..,        app..|server..|otel..|compression..|cli..",
    "server..,            micrometer..|otel..|compression..|cli..",
    "otel..,              micrometer..|compression..|cli..",
    "compression..,       app..|observe..|micrometer..|otel..|cli..",
    "cli..,               micrometer..|otel..|compression..",
    "server.coding..,     app..|observe..|server|server.config..|server.tls..|server.source..|server.trace..|server.posix..|server.systemd..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.posix..,      server|server.tls..|server.config..|server.source..|server.systemd..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.systemd..,    server|server.tls..|server.config..|server.source..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.websocket..,  server|server.tls..|server.source..|server.trace..|server.posix..|server.systemd..|server.listen..|server.http1..|server.http2..|server.supervise..|server.fleet..",
    "server.config..,     server|server.tls..|server.source..|server.posix..|server.systemd..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.tls..,        server|server.posix..|server.systemd..|server.source..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.source..,     server|server.tls..|server.config..|server.listen..|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..|server.fleet..",
    "server.listen..,     server|server.http1..|server.http2..|server.websocket..|server.exchange..|server.supervise..",
    "server.exchange..,   server|server.listen..|server.http1..|server.supervise..",
    "server.http1..,      server|server.supervise..",
    "server.http2..,      server|server.supervise..|server.fleet..",
    "server.http2.hpack.., app..|observe..|server|server.config..|server.source..|server.posix..|server.systemd..|server.listen..|server.http1..|server.http2|server.exchange..|server.supervise..|server.fleet..|server.trace..",
    "server.supervise..,  server|server.fleet..",
    "server.fleet..,      server",
  })
  void floor_usesNoneAbove(String floor, String above) {
    noClasses()
        .that()
        .resideInAPackage("dev.pounce." + floor)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.of(above.split("\\|")).map(name -> "dev.pounce." + name).toArray(String[]::new))
        .check(HOUSE);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("dev.pounce.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void appObserveAndServer_useTheJdkAlone() {
    classes()
        .that()
        .resideInAnyPackage("dev.pounce.app..", "dev.pounce.observe..", "dev.pounce.server..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "java..",
                    "javax.net.ssl..",
                    "javax.crypto..",
                    "javax.security.auth.x500..",
                    "jdk..",
                    "com.sun.management..",
                    "sun.misc..",
                    "dev.pounce..")
                .or(resideInAnyPackage("org.jspecify.annotations"))
                .as("are the JDK's, Pounce's own, or annotations for the compiler alone"))
        .check(HOUSE);
  }

  @Test
  void classes_areNotNamedForWhatTheyAreNot() {
    noClasses().should().haveNameMatching(".*(Manager|Util|Utils|Impl|Helper|Common)").check(HOUSE);
  }

  @Test
  void house_isLookedAtWhole() {
    assertThat(HOUSE.stream().map(JavaClass::getPackageName).distinct())
        .contains(
            "dev.pounce.app",
            "dev.pounce.observe",
            "dev.pounce.micrometer",
            "dev.pounce.server",
            "dev.pounce.otel",
            "dev.pounce.compression",
            "dev.pounce.cli");
  }
}
