package dev.pounce.server.http2.hpack;

/** The fields that every decoder knows (RFC 7541, appendix A); the first has index 1. */
final class StaticTable {

  private static final Field[] FIELDS =
      fields(
          """
          :authority
          :method GET
          :method POST
          :path /
          :path /index.html
          :scheme http
          :scheme https
          :status 200
          :status 204
          :status 206
          :status 304
          :status 400
          :status 404
          :status 500
          accept-charset
          accept-encoding gzip, deflate
          accept-language
          accept-ranges
          accept
          access-control-allow-origin
          age
          allow
          authorization
          cache-control
          content-disposition
          content-encoding
          content-language
          content-length
          content-location
          content-range
          content-type
          cookie
          date
          etag
          expect
          expires
          from
          host
          if-match
          if-modified-since
          if-none-match
          if-range
          if-unmodified-since
          last-modified
          link
          location
          max-forwards
          proxy-authenticate
          proxy-authorization
          range
          referer
          refresh
          retry-after
          server
          set-cookie
          strict-transport-security
          transfer-encoding
          user-agent
          vary
          via
          www-authenticate
          """);

  static final int SIZE = FIELDS.length;

  private StaticTable() {}

  private static Field[] fields(String table) {
    return table
        .lines()
        .map(line -> line.split(" ", 2))
        .map(parts -> Field.of(parts[0].intern(), parts.length == 1 ? "" : parts[1].intern()))
        .toArray(Field[]::new);
  }

  /** The field at an index from 1 to {@link #SIZE}. */
  static Field get(int index) {
    return FIELDS[index - 1];
  }

  /**
   * Where a field is.
   *
   * @param index the first one with the field's name; 0 if there is none
   * @return 0 if it is not there
   */
  static int find(int index, String name, String value) {
    for (int i = index; i > 0 && i <= SIZE && get(i).name().equals(name); i++) {
      if (get(i).value().equals(value)) {
        return i;
      }
    }
    return 0;
  }
}
