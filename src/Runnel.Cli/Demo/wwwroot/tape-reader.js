import { Link } from "./link.js";

/** The page's own eye on the stream, beside the phones: reads it live into the log. Tells `change` when the server goes or comes. */
export class TapeReader extends EventTarget {
  isUp = false;
  #log;
  #link;
  #connection;
  #streamId;
  #stream;
  #settings;
  #ref = 0;

  constructor({ url, stream, settings, client, log }) {
    super();
    this.#log = log;
    this.#stream = stream;
    this.#settings = settings;
    this.#link = new Link(url, client, {
      opened: connection => this.#subscribe(connection),
      received: message => this.#receive(message),
      lost: () => this.#say(false),
    });
  }

  start() {
    this.#link.plugIn();
  }

  #subscribe(connection) {
    this.#connection = connection;
    connection.subscribe(this.#stream, { after: this.#log.head, id: this.#streamId, create: this.#settings });
  }

  #receive(message) {
    if (message.type === "subscribed") {
      this.#streamId = message.id;
      this.#say(true);
    } else if (message.type === "events" || message.type === "fetched") {
      this.#append(message);
    } else if (message.type === "error") {
      // A phone that is refused says why; the reader only has to come back if that helps.
      if (message.retryable) this.#link.startOver();
      else this.#link.unplug();
    }
  }

  #append(frame) {
    if (frame.from > this.#log.head + 1) this.#connection.fetch(++this.#ref, this.#stream, [[this.#log.head + 1, frame.to]]);
    else if (frame.to > this.#log.head) this.#log.append({ to: frame.to, events: frame.events.filter(event => event.seq > this.#log.head) });
  }

  #say(isUp) {
    if (this.isUp === isUp) return;
    this.isUp = isUp;
    this.dispatchEvent(new CustomEvent("change"));
  }
}
