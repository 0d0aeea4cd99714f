package dev.pounce.server.websocket;

import java.util.Random;
import java.util.function.IntUnaryOperator;

/** Octets that arrive in pieces. */
final class Cuts implements Inflow {

  private final byte[] octets;
  private final IntUnaryOperator piece;
  private int position;

  private Cuts(byte[] octets, IntUnaryOperator piece) {
    this.octets = octets;
    this.piece = piece;
  }

  static Cuts whole(byte[] octets) {
    return new Cuts(octets, room -> room);
  }

  static Cuts single(byte[] octets) {
    return new Cuts(octets, room -> 1);
  }

  static Cuts random(byte[] octets, Random random) {
    int longest = 1 << random.nextInt(1, 14);
    return new Cuts(octets, room -> random.nextInt(1, Math.min(room, longest) + 1));
  }

  @Override
  public int read(byte[] into, int from, int to) {
    if (from >= to) {
      throw new IllegalArgumentException("no room");
    }
    if (position == octets.length) {
      return -1;
    }
    int count = Math.min(piece.applyAsInt(to - from), octets.length - position);
    System.arraycopy(octets, position, into, from, count);
    position += count;
    return count;
  }

  /** How many octets have been read. */
  int position() {
    return position;
  }
}
