package dev.pounce.observe;

import java.time.Instant;

/**
 * A connection was accepted.
 *
 * @param connectionId its number, unlike any other of the process
 * @param workerId the worker that has it, from 1
 * @param clientAddr the peer's IP address; {@code unix} on a Unix domain socket
 * @param clientPort the peer's port; 0 on a Unix domain socket
 * @param serverAddr the address that the server listens on, or its socket's path
 * @param serverPort the port that it listens on; 0 on a Unix domain socket
 * @param protocol what it speaks at first
 * @param timestamp when it was accepted
 */
public record ConnectionOpened(
    long connectionId,
    int workerId,
    String clientAddr,
    int clientPort,
    String serverAddr,
    int serverPort,
    Protocol protocol,
    Instant timestamp)
    implements ConnectionEvent {}
