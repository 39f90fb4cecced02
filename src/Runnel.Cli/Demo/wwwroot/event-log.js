import { readEvents } from "./http.js";

// As many as a cell a pixel on a wide screen could show a few times over; older ones are fetched again when somebody scrolls there.
const eventsMax = 20_000;
const pageSize = 200;

/** What the page has read of the stream: all events since it was opened, and older ones as they are asked for. Tells `grew` and `filled`. */
export class EventLog extends EventTarget {
  head = 0;
  #stream;
  #events = new Map();
  #pagesAskedFor = new Set();

  constructor(stream) {
    super();
    this.#stream = stream;
  }

  /** The event, or `undefined` while it is not here. */
  at(seq) {
    return this.#events.get(seq);
  }

  /** Takes a frame of the live stream in; frames come in order. */
  append({ to, events }) {
    for (const event of events) this.#events.set(event.seq, event);
    this.head = Math.max(this.head, to);
    this.#forget();
    this.dispatchEvent(new CustomEvent("grew", { detail: { events } }));
  }

  /** Fetches what is not here of `from..to`, in pages that any cache may keep for ever. */
  want(from, to) {
    for (let seq = from; seq <= to; seq++) {
      const page = Math.floor((seq - 1) / pageSize);
      if (!this.#events.has(seq) && !this.#pagesAskedFor.has(page)) this.#load(page);
    }
  }

  async #load(page) {
    this.#pagesAskedFor.add(page);
    try {
      for (const event of await readEvents(this.#stream, page * pageSize, pageSize)) this.#events.set(event.seq, event);
      this.dispatchEvent(new CustomEvent("filled"));
    } catch {
      // The server is away. Whoever still looks at that place asks again with the next movement.
    }
    this.#pagesAskedFor.delete(page);
  }

  #forget() {
    for (const seq of this.#events.keys()) {
      if (this.#events.size <= eventsMax) return;
      this.#events.delete(seq);
    }
  }
}
