/**
 * One WebSocket that speaks `runnel.v1.json`. It says hello first and then carries messages until it closes, once.
 * It never reconnects: that is the work of a `Link`.
 */
export class Connection {
  #socket;
  #beforeOpen = [];
  #closed;

  /** `received(message)` is called for each message in order, `closed()` once, and neither after `close()`. */
  constructor(url, { client, session, received, closed }) {
    this.#closed = closed;
    this.#socket = new WebSocket(url, "runnel.v1.json");
    this.#send({ type: "hello", client, session });
    this.#socket.onopen = () => this.#beforeOpen.splice(0).forEach(text => this.#socket.send(text));
    this.#socket.onmessage = ({ data }) => this.#closed && received(JSON.parse(data));
    this.#socket.onclose = () => this.#end(closed);
  }

  /** Reads the stream from just past `after`, now and for as long as the connection lives; `id` is that of the history one holds. */
  subscribe(stream, { after, id, create }) {
    this.#send({ type: "subscribe", stream, after, id, create });
  }

  /** Asks for a batch to be appended as one run or not at all; `published` or `error` with the same `ref` answers. */
  publish(ref, stream, events, nonce) {
    this.#send({ type: "publish", ref, stream, events, nonce });
  }

  /** Asks for exact ranges, `[[from, to], …]`; `fetched` frames answer. */
  fetch(ref, stream, ranges) {
    this.#send({ type: "fetch", ref, stream, ranges });
  }

  /** Pulls the plug: whatever is still under way in either direction is not heard here any more. */
  close() {
    this.#end(null);
    this.#socket.close();
  }

  #send(message) {
    const text = JSON.stringify(message);   // a member that is undefined is left out
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#beforeOpen.push(text);
    else this.#socket.send(text);
  }

  #end(tell) {
    if (!this.#closed) return;
    this.#closed = null;
    tell?.();
  }
}
