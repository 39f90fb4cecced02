import { Connection } from "./protocol.js";

const firstDelayMs = 80;
// A killed server is back within a second or so; nobody who watches should wait much longer than it.
const longestDelayMs = 1500;

/** Keeps one client connected for as long as it is plugged in: reconnects at once when told to, else after a growing, jittered delay. */
export class Link {
  #url;
  #client;
  #listener;
  #pluggedIn = false;
  #connection = null;
  #timer = 0;
  #delay = firstDelayMs;
  // Each connection has a session of its own: a late message of an older one can then never land (exactly once).
  #session = 0;

  /** `listener` has `opened(connection)`, `received(message)` and `lost()`. */
  constructor(url, client, listener) {
    this.#url = url;
    this.#client = client;
    this.#listener = listener;
  }

  get isPluggedIn() {
    return this.#pluggedIn;
  }

  plugIn() {
    this.#pluggedIn = true;
    this.#delay = firstDelayMs;
    if (!this.#connection) this.#connect();
  }

  unplug() {
    this.#pluggedIn = false;
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
  }

  /** Gives the connection up and comes back later: the answer to a refusal that says "later is fine". */
  startOver() {
    this.#connection?.close();
    this.#lost();
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#session += 1;
    this.#connection = new Connection(this.#url, {
      client: this.#client,
      session: this.#session,
      received: message => this.#receive(message),
      closed: () => this.#lost(),
    });
    this.#listener.opened(this.#connection);
  }

  #receive(message) {
    if (message.type === "welcome") this.#delay = firstDelayMs;
    this.#listener.received(message);
  }

  #lost() {
    this.#connection = null;
    if (!this.#pluggedIn) return;
    this.#timer = setTimeout(() => this.#connect(), this.#delay * (0.5 + Math.random()));
    this.#delay = Math.min(this.#delay * 1.7, longestDelayMs);
    this.#listener.lost();
  }
}
