package dev.pounce.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.server.Secured;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ClientAuth;
import dev.pounce.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handshake of a server with itself. */
class WarmthTest {

  @TempDir Path folder;

  @BeforeEach
  void write() throws Exception {
    Secured.write(folder);
  }

  private Handshake shake(Builder settings) throws Exception {
    Secured.settings(folder).accept(settings);
    return Objects.requireNonNull(Keychain.of(settings.build())).rehearse();
  }

  @Test
  void handshake_goesToItsEnd() throws Exception {
    Handshake agreed = shake(ServerConfig.builder());
    assertThat(agreed.protocol()).isEqualTo(Alpn.HTTP_2);
    assertThat(agreed.session().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void handshake_serverWantsACertificate_goesToItsEndWithoutOne() throws Exception {
    Handshake agreed =
        shake(
            ServerConfig.builder()
                .sslClientAuth(ClientAuth.REQUIRED)
                .sslCaCerts(folder.resolve("cert.pem")));
    assertThat(agreed.session().getProtocol()).isEqualTo("TLSv1.3");
  }
}
