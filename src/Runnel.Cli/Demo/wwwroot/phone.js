import { Link } from "./link.js";
import { toEvent } from "./outbox.js";
import { Pace } from "./pace.js";
import { Replica } from "./replica.js";

const settings = { order: "total" };
const lamp = { collection: "switch", id: "lamp" };

/**
 * A phone: a replica of the stream, and a link to the server that can be unplugged. Flipping never waits for anything.
 *
 * Tells what happens as events: `change`; `frozen` and `acknowledged` `{ edits, seqs, head }`; `reconciled` `{ event }`;
 * `refused` `{ edits, message }`; `stopped` `{ message }`.
 */
export class Phone extends EventTarget {
  #stream;
  #link;
  #connection = null;
  #streamId;
  #ref = 0;
  #awaited = 0;
  // Where the phone stands: "offline", "away" (plugged in, but no server answers), "catchingUp", "live" or "stopped".
  #state = "offline";
  #catchUp = { from: 0, to: 0 };
  #pace;

  constructor({ url, stream, client, start, pace = new Pace() }) {
    super();
    this.client = client;
    this.replica = new Replica(client, start);
    this.#stream = stream;
    this.#pace = pace;
    this.#link = new Link(url, client, {
      opened: connection => this.#subscribe(connection),
      received: message => this.#receive(message),
      lost: () => this.#leave("away"),
    });
  }

  get state() {
    return this.#state;
  }

  get isPluggedIn() {
    return this.#link.isPluggedIn;
  }

  /** How far a phone that is catching up has come: `{ read, of }`. */
  get progress() {
    return { read: this.replica.head - this.#catchUp.from, of: this.#catchUp.to - this.#catchUp.from };
  }

  /** The sum of its outbox. */
  get waiting() {
    return this.replica.outbox.sum;
  }

  get lightsOn() {
    return this.replica.visible.get("switch/lamp")?.fields.lightsOn === true;
  }

  /** Flips the lamp: here at once, everywhere else as soon as the others have read it. */
  flip() {
    const known = this.replica.visible.has("switch/lamp");
    this.replica.edit({ ...lamp, op: known ? "update" : "insert", fields: { lightsOn: !this.lightsOn } }, performance.now());
    this.#send();
    this.#tell("change");
  }

  plugIn() {
    if (this.isPluggedIn || this.#state === "stopped") return;
    this.#state = "away";
    this.#link.plugIn();
    this.#tell("change");
  }

  unplug() {
    if (!this.isPluggedIn) return;
    this.#link.unplug();
    this.#leave("offline");
  }

  #subscribe(connection) {
    this.#connection = connection;
    connection.subscribe(this.#stream, { after: this.replica.head, id: this.#streamId, create: settings });
  }

  #leave(state) {
    this.#connection = null;
    this.#awaited = 0;
    this.#pace.stop();
    if (this.#state !== "stopped") this.#state = state;
    this.#tell("change");
  }

  #receive(message) {
    if (message.type === "subscribed") this.#resume(message);
    else if (message.type === "events" || message.type === "fetched") this.#hold(message);
    else if (message.type === "published") this.#settle(message);
    else if (message.type === "error") this.#refuse(message);
  }

  // Only now is it known what became of a batch that was under way when the last connection ended.
  #resume({ id, head, lastClientSeq, nonce }) {
    const verdict = this.replica.outbox.compareWith(lastClientSeq, nonce);
    if (verdict === "copy") return this.#stop("The server does not hold what it acknowledged to this phone.");
    this.#streamId = id;
    if (verdict === "acknowledged") this.#tell("acknowledged", { edits: this.replica.outbox.acknowledge(), head });
    this.#catchUp = { from: this.replica.head, to: head };
    this.#state = "catchingUp";
    this.#read();
  }

  #hold(frame) {
    this.replica.hold(frame);
    const gaps = this.replica.gaps;
    if (gaps.length > 0) this.#connection.fetch(++this.#ref, this.#stream, gaps);
    this.#read();
  }

  // A phone that lacks events reads them at the pace of an eye; one that is live reads all there is.
  #read() {
    if (this.#state === "catchingUp" && this.replica.head < this.#catchUp.to) {
      this.#pace.start(this.progress.of, () => this.#readNext());
    } else {
      this.#state = "live";
      while (this.replica.canReconcile) this.#reconcile();
      this.#send();
    }
    this.#tell("change");
  }

  #readNext() {
    if (!this.replica.canReconcile) return this.#pace.stop();
    this.#reconcile();
    if (this.replica.head < this.#catchUp.to) return this.#tell("change");
    this.#pace.stop();
    this.#read();
  }

  #reconcile() {
    const event = this.replica.reconcileNext();
    if (event) this.#tell("reconciled", { event });
  }

  // One batch is under way at a time; taps meanwhile coalesce behind it.
  #send() {
    if (this.#state !== "live" || this.#awaited) return;
    const batch = this.replica.outbox.nextBatch();
    if (!batch) return;
    this.#tell("frozen", { edits: batch.edits });
    this.#awaited = ++this.#ref;
    this.#connection.publish(this.#awaited, this.#stream, batch.edits.map(toEvent), batch.nonce);
  }

  #settle({ ref, seqs }) {
    if (ref !== this.#awaited) return;
    this.#awaited = 0;
    this.#tell("acknowledged", { edits: this.replica.outbox.acknowledge(), seqs });
    this.#send();
  }

  #refuse({ ref, code, message, retryable }) {
    if (retryable) {
      this.#link.startOver();
    } else if (ref && ref === this.#awaited) {
      this.#awaited = 0;
      this.#tell("refused", { edits: this.replica.refuse(), message });
      this.#send();
      this.#tell("change");
    } else {
      this.#stop(code === "diverged" ? "The server holds another history than this page." : message);
    }
  }

  #stop(message) {
    this.#state = "stopped";
    this.#link.unplug();
    this.#leave("stopped");
    this.#tell("stopped", { message });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
