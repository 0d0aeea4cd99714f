import dev.pounce.app.*;

// Takes files of any size in little memory, and shows how far they are.
// Serve it, then open http://127.0.0.1:8000/ or send one with curl:
//   ./pounce --max-request-size 100GiB --request-timeout 24h examples/upload/Upload.java
//   curl -T large.iso http://127.0.0.1:8000/uploads/large

static final String PAGE = """
    <!doctype html>
    <meta charset="utf-8">
    <title>Upload</title>
    <input type="file" id="input" multiple>
    <ul id="list"></ul>
    <script>
      const events = new EventSource("/progress");
      input.onchange = () => [...input.files].forEach(async file => {
        const id = crypto.randomUUID();
        const item = document.createElement("li");
        const bar = document.createElement("progress");
        bar.max = file.size;
        item.append(file.name, " ", bar);
        list.append(item);
        events.addEventListener(id, event => bar.value = event.data);
        const answer = await fetch("/uploads/" + id, {method: "PUT", body: file});
        bar.replaceWith(await answer.text());
      });
    </script>
    """;

/** One that is under way. */
record Upload(String id, AtomicLong bytes) {}

final Set<Upload> uploads = ConcurrentHashMap.newKeySet();

Application app = Http.app(request -> switch (request.path()) {
  case "/" -> Response.html(PAGE);
  case "/progress" -> Response.events(this::watch);
  case String path when path.matches("/uploads/[\\w-]+") -> take(request, path.substring(9));
  default -> Response.empty(404);
});

/** Reading waits for the client: at no time is more than a piece in memory. */
Response take(Request request, String id) throws Exception {
  var digest = MessageDigest.getInstance("SHA-256");
  var upload = new Upload(id, new AtomicLong());
  uploads.add(upload);
  try {
    byte[] piece = new byte[64 * 1024];
    for (int n = request.body().read(piece); n >= 0; n = request.body().read(piece)) {
      digest.update(piece, 0, n);
      upload.bytes().addAndGet(n);
    }
  } finally {
    uploads.remove(upload);
  }
  String sum = HexFormat.of().formatHex(digest.digest());
  return Response.text(upload.bytes() + " bytes, SHA-256 " + sum + "\n");
}

/** Tells of all uploads, five times a second, until the client has left. */
void watch(Events events) throws Exception {
  while (true) {
    for (Upload upload : uploads) {
      events.send(upload.id(), upload.bytes().toString());
    }
    events.comment(uploads.size() + " under way");
    Thread.sleep(200);
  }
}
