package dev.pounce.bench.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Embedded Tomcat with its default thread pool and a servlet. */
final class TomcatPeer {
  private static final Logger LOG = Logger.getLogger("org.apache");

  private TomcatPeer() {}

  static void serve(Endpoint endpoint) throws LifecycleException {
    if (!endpoint.speaks(Endpoint.Protocol.HTTP1)) {
      throw Main.absent("Tomcat", endpoint);
    }
    LOG.setLevel(Level.WARNING);
    var connector = new Connector();
    connector.setPort(endpoint.port());
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("acceptCount", "2048");
    // Tomcat closes a connection after 100 requests; the others never do, and connecting anew is
    // not what is measured.
    connector.setProperty("maxKeepAliveRequests", "-1");

    var tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setConnector(connector);
    var context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "plaintext", new Plaintext());
    context.addServletMappingDecoded("/plaintext", "plaintext");
    tomcat.start();
  }

  private static final class Plaintext extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final byte[] BODY = "Hello, World!".getBytes(US_ASCII);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/plain");
      response.setContentLength(BODY.length);
      response.getOutputStream().write(BODY);
    }
  }
}
