package dev.pounce.server.tls;

/**
 * The cipher suites that are served, in the server's order: all with forward secrecy and
 * authenticated encryption, those of AES first, for which processors have instructions.
 */
enum Suite {
  TLS_AES_128_GCM_SHA256(0x1301),
  TLS_AES_256_GCM_SHA384(0x1302),
  TLS_CHACHA20_POLY1305_SHA256(0x1303),
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(0xc02b),
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(0xc02f),
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(0xc02c),
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(0xc030),
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(0xcca9),
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(0xcca8);

  /** Its number in the registry of IANA. */
  final int number;

  Suite(int number) {
    this.number = number;
  }

  static String[] names() {
    Suite[] all = values();
    String[] names = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      names[i] = all[i].name();
    }
    return names;
  }
}
