import dev.pounce.app.*;

// A chat with one room: serve it, and open it in two windows.

static final String PAGE =
    """
    <!doctype html>
    <meta charset="utf-8">
    <title>Chat</title>
    <h1>Chat</h1>
    <form>
      <input id="name" placeholder="Who are you?" required>
      <input id="text" placeholder="What do you say?" required autocomplete="off" autofocus>
      <button>Say it</button>
    </form>
    <ul id="talk"></ul>
    <script>
      const [form, talk] = [document.forms[0], document.getElementById("talk")];
      const show = text => talk.prepend(Object.assign(document.createElement("li"), {textContent: text}));
      const socket = new WebSocket(location.href.replace(/^http/, "ws"));
      socket.onmessage = message => show(message.data);
      socket.onclose = () => show("The chat is over. Reload the page to come back.");
      form.onsubmit = event => {
        event.preventDefault();
        socket.send(form.elements.name.value + ": " + form.elements.text.value);
        form.elements.text.value = "";
      };
    </script>
    """;

/** What is still to be said to each guest. */
final Set<BlockingQueue<String>> room = ConcurrentHashMap.newKeySet();

final Application page = Http.app(request -> Response.html(PAGE));

final Application app =
    (scope, receive, send) -> {
      if (scope instanceof WebSocketScope) {
        chat(receive, send);
      } else {
        page.handle(scope, receive, send);
      }
    };

/** One guest: this thread listens to it, another one speaks to it. */
void chat(Receive receive, Send send) throws IOException {
  receive.receive();
  send.send(new WebSocketAccept(null, Headers.none()));
  var guest = new ArrayBlockingQueue<String>(100);
  var speaker = Thread.startVirtualThread(() -> speak(guest, send));
  room.add(guest);
  try {
    while (receive.receive() instanceof WebSocketReceive(_, String text)) {
      if (text != null) {
        room.forEach(other -> other.offer(text)); // who is far behind misses it, and nobody waits
      }
    }
  } finally {
    room.remove(guest);
    speaker.interrupt();
  }
}

void speak(BlockingQueue<String> guest, Send send) {
  try {
    while (true) {
      send.send(new WebSocketSend(null, guest.take()));
    }
  } catch (IOException | InterruptedException e) {
    // the guest has left
  }
}
