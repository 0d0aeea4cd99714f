package dev.pounce.server;

import static dev.pounce.server.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real nginx under a user of its own may connect to a Unix domain socket, or may not, by the
 * socket's permissions. Only root can be several users.
 */
@Timeout(60)
class UdsPermissionsTest {

  private static final String USER = "nobody";
  private static final String GROUP = "www-data";

  /** Directories that all users may enter; those for other tests may be in somebody's home. */
  private Path ofPounce;

  private Path ofNginx;

  @BeforeEach
  void makeDirectories() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"));
    ofPounce = Files.createTempDirectory(Path.of("/tmp"), "pounce");
    own(ofPounce, "root", "rwxrwx--x");
    // as operations.md has it: what is made in the directory gets its group
    assertThat(new ProcessBuilder("chmod", "g+s", ofPounce.toString()).start().waitFor()).isZero();
    ofNginx = Files.createTempDirectory(Path.of("/tmp"), "nginx");
    own(ofNginx, USER, "rwx------");
  }

  private static void own(Path directory, String user, String permissions) throws Exception {
    var lookup = directory.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(directory, lookup.lookupPrincipalByName(user));
    Files.getFileAttributeView(directory, PosixFileAttributeView.class)
        .setGroup(lookup.lookupPrincipalByGroupName(GROUP));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  @AfterEach
  void removeDirectories() throws Exception {
    if (ofPounce != null) {
      assertThat(
              new ProcessBuilder("rm", "-r", ofPounce.toString(), ofNginx.toString())
                  .start()
                  .waitFor())
          .isZero();
    }
  }

  /** The status that a client of nginx gets. */
  private int ask(String permissions, String group) throws Exception {
    Path socket = ofPounce.resolve("pounce.sock");
    List<String> other =
        List.of("setpriv", "--reuid=" + USER, "--regid=" + group, "--clear-groups");
    try (Running server =
            Running.serve(
                Http.app(request -> Response.text("hello")),
                settings -> settings.uds(socket).set("uds-permissions", permissions));
        Nginx nginx =
            Nginx.by(other, ofNginx, "unix:" + socket, "location / { proxy_pass http://pounce; }");
        RawClient client = RawClient.connect(nginx.port())) {
      return client.send(get("/")).readResponse().status();
    }
  }

  @Test
  void nginx_inTheSocketsGroup_mayConnect() throws Exception {
    assertThat(ask("0660", GROUP)).isEqualTo(200);
  }

  @Test
  void nginx_inAnotherGroup_mayNot() throws Exception {
    assertThat(ask("0660", "nogroup")).isEqualTo(502);
  }

  @Test
  void nginx_socketIsForItsOwnerAlone_mayNot() throws Exception {
    assertThat(ask("0600", GROUP)).isEqualTo(502);
  }

  @Test
  void nginx_socketIsForAll_may() throws Exception {
    assertThat(ask("0666", "nogroup")).isEqualTo(200);
  }
}
