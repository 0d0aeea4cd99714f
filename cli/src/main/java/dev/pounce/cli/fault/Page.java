package dev.pounce.cli.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Request;
import dev.pounce.app.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Answers every request with status 500 and a fault: as a page for a browser, which asks again each
 * second, or as plain text.
 *
 * <p>The fault quotes source code, so all of it is escaped, and the page may load and run nothing
 * but its own style, which the policy names by its hash.
 */
public final class Page {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #24292f; --paper: #fbfaf8; --box: #f1efea; --mark: #a8321a }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #d9d7d2; --paper: #1c1d1f; --box: #27292c; --mark: #f0907a }
      }
      body { margin: 0 auto; padding: 3rem 1.5rem; max-width: 60rem; background: var(--paper); color: var(--ink);
        font: 1rem/1.5 system-ui, sans-serif }
      h1 { margin: 0 0 1.25rem; font-size: 1.35rem; font-weight: 600; overflow-wrap: anywhere }
      pre { margin: 0 0 1.25rem; padding: 1rem 1.25rem; overflow-x: auto; background: var(--box);
        border-left: .25rem solid var(--mark); border-radius: .25rem; font: .9rem/1.55 ui-monospace, monospace }
      p { margin: 0; font-size: .9rem; opacity: .75 }
      """;

  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + hash(STYLE)
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="refresh" content="1">
      <title>%1$s</title>
      <style>%3$s</style>
      </head>
      <body>
      <h1>%1$s</h1>
      <pre>%2$s</pre>
      <p>Pounce watches the files, and this page shows the application again as soon as it can be served.</p>
      </body>
      </html>
      """;

  private Page() {}

  /** The application that shows a fault in place of the one that has it. */
  public static Application of(Fault fault) {
    String text = fault.title() + "\n\n" + fault.details() + "\n";
    String page = PAGE.formatted(escaped(fault.title()), escaped(fault.details()), STYLE);
    Response plain = undisguised(Response.text(text));
    Response html = undisguised(Response.html(page)).header("content-security-policy", POLICY);
    return Http.app(request -> wantsPage(request) ? html : plain);
  }

  private static Response undisguised(Response response) {
    return response
        .status(500)
        .header("cache-control", "no-store")
        .header("vary", "accept")
        .header("x-content-type-options", "nosniff");
  }

  /** A client that takes anything, such as curl, gets text. */
  private static boolean wantsPage(Request request) {
    String accept = String.join(",", request.headers().all("accept"));
    return Accept.quality(accept, "text", "html") > Accept.quality(accept, "text", "plain");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
