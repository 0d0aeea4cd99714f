package dev.pounce.server.systemd;

import dev.pounce.server.posix.Datagram;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd how the service is, as {@code sd_notify(3)} does. Where systemd does not want to
 * know, which is most places, nothing is sent and nothing is loaded. A message that can't be sent
 * harms nothing: the first is logged. Any thread may call; each message may take a second.
 */
public final class Notification {

  private static final Logger LOGGER = System.getLogger("pounce");

  private final @Nullable String socket;
  private final @Nullable Duration interval;
  private final AtomicBoolean warned = new AtomicBoolean();

  private Notification(@Nullable String socket, @Nullable Duration interval) {
    this.socket = socket;
    this.interval = interval;
  }

  /**
   * Whom to tell, and how often that one is alive.
   *
   * @param environment the process's: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code
   *     WATCHDOG_PID} count
   */
  public static Notification of(Map<String, String> environment) {
    String socket = environment.get("NOTIFY_SOCKET");
    return new Notification(socket, socket == null ? null : interval(environment));
  }

  private static @Nullable Duration interval(Map<String, String> environment) {
    String own = String.valueOf(ProcessHandle.current().pid());
    String micros = environment.get("WATCHDOG_USEC");
    if (micros == null
        || !micros.matches("[1-9]\\d{0,17}")
        || !environment.getOrDefault("WATCHDOG_PID", own).equals(own)) {
      return null;
    }
    return Duration.of(Long.parseLong(micros), ChronoUnit.MICROS).dividedBy(2);
  }

  /** The service serves: for the first time, or again after {@link #reloading}. */
  public void ready() {
    send("READY=1");
  }

  /** The service has begun to reload; {@link #ready} says when that is over. */
  public void reloading() {
    // HotSpot's nanoTime is CLOCK_MONOTONIC.
    long now = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    send("RELOADING=1\nMONOTONIC_USEC=" + now);
  }

  /** The service has begun to shut down. */
  public void stopping() {
    send("STOPPING=1");
  }

  /**
   * What {@code systemctl status} shows.
   *
   * @param text one line; control characters become spaces
   */
  public void status(String text) {
    send("STATUS=" + text.replaceAll("\\p{Cntrl}", " "));
  }

  /** How often {@link #watchdog} is due: twice in the time after which systemd kills. */
  public Optional<Duration> watchdogInterval() {
    return Optional.ofNullable(interval);
  }

  /** The service is alive. */
  public void watchdog() {
    send("WATCHDOG=1");
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      Datagram.send(socket, message);
    } catch (SocketException e) {
      if (!warned.getAndSet(true)) {
        LOGGER.log(
            Level.WARNING,
            "systemd can't be told how the service is (NOTIFY_SOCKET="
                + socket
                + "): "
                + e.getMessage());
      }
    }
  }
}
