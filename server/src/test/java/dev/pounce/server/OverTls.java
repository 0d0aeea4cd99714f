package dev.pounce.server;

import dev.pounce.server.config.Builder;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tests of a class once more, with every {@link Running} server and raw client inside TLS. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OverTls.Switch.class)
public @interface OverTls {

  /** Turns it on and off. */
  final class Switch implements BeforeAllCallback, AfterAllCallback {

    private static Path folder;

    static Consumer<Builder> settings() {
      return folder == null ? _ -> {} : Secured.settings(folder);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
      folder = Files.createTempDirectory("over-tls");
      Secured.write(folder);
      RawClient.secure(Secured.client().getSocketFactory());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
      RawClient.secure(null);
      Files.delete(folder.resolve("cert.pem"));
      Files.delete(folder.resolve("key.pem"));
      Files.delete(folder);
      folder = null;
    }
  }
}
