package dev.pounce.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** A stream that several write to, each write as a whole. Any thread. */
final class WholeOutput extends OutputStream {

  private final OutputStream out;
  private final ReentrantLock turn = new ReentrantLock();

  WholeOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int length) throws IOException {
    turn.lock();
    try {
      out.write(octets, from, length);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    turn.lock();
    try {
      out.flush();
    } finally {
      turn.unlock();
    }
  }
}
