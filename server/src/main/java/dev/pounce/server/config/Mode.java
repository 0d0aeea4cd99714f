package dev.pounce.server.config;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Permissions of a file as {@code chmod} has them: four octal digits. */
final class Mode {

  private static final Pattern TEXT = Pattern.compile("0[0-7]{3}");
  private static final int OCTAL = 8;

  /** From the least significant bit up. */
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ,
  };

  private Mode() {}

  /** All four digits must be there: TOML's {@code 0o660} comes as 432, and is none of these. */
  static Set<PosixFilePermission> parse(String text) {
    if (!TEXT.matcher(text.strip()).matches()) {
      throw new IllegalArgumentException("four octal digits, 0000 to 0777, such as 0660");
    }
    int mode = Integer.parseInt(text.strip(), OCTAL);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < BITS.length; bit++) {
      if ((mode & 1 << bit) != 0) {
        permissions.add(BITS[bit]);
      }
    }
    return permissions;
  }

  static String text(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (int bit = 0; bit < BITS.length; bit++) {
      if (permissions.contains(BITS[bit])) {
        mode |= 1 << bit;
      }
    }
    return String.format(Locale.ROOT, "%04o", mode);
  }
}
