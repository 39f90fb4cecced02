import { gapsIn, pastHead, withRange } from "./gaps.js";
import { Outbox } from "./outbox.js";
import { merge } from "./records.js";

/**
 * One client's copy of a stream's state: confirmed records, and over them its own pending edits. It has no clock, no network and
 * waits for nothing. Events come in frames, in any order and as often as they like; they are reconciled in order, each once.
 */
export class Replica {
  /** The end of the gapless prefix that is reconciled: the replica's whole version vector. */
  head;
  outbox = new Outbox();
  #client;
  #confirmed;
  #visible = null;
  #held = new Map();
  #heldRanges = [];

  /** Begins with the records of a stream as of `seq`. */
  constructor(client, { seq, records }) {
    this.#client = client;
    this.head = seq;
    this.#confirmed = records;
  }

  /** What an app sees: confirmed and pending, merged by the same rule; pending edits count as last. */
  get visible() {
    this.#visible ??= this.#beneath(this.outbox.edits);
    return this.#visible;
  }

  /** Keeps the events of a frame that covers `from..to`. Nothing is reconciled yet, least of all beyond a gap. */
  hold({ from, to, events }) {
    for (const event of events) if (event.seq > this.head) this.#held.set(event.seq, event);
    this.#heldRanges = pastHead(withRange(this.#heldRanges, from, to), this.head);
  }

  /** The ranges that are missing below the last event held: what to fetch. */
  get gaps() {
    return gapsIn(this.#heldRanges, this.head);
  }

  /** Whether the next event is here. */
  get canReconcile() {
    const [first] = this.#heldRanges;
    return first !== undefined && first[0] <= this.head + 1 && first[1] > this.head;
  }

  /** Takes the next event into the confirmed records and, if it is an own one, out of the outbox: one step, so nothing flickers. */
  reconcileNext() {
    const seq = this.head + 1;
    const event = this.#held.get(seq);
    this.#held.delete(seq);
    this.head = seq;
    this.#heldRanges = pastHead(this.#heldRanges, seq);
    if (event) this.#confirmed = merge(this.#confirmed, event);
    if (event?.client === this.#client) this.outbox.reconcile(event.clientSeq);
    this.#visible = null;
    return event;
  }

  /** Changes one object here and now; the network hears of it when it can. */
  edit(change, madeAt) {
    this.outbox.add({ ...change, precedingSeq: this.head, taps: 1, madeAt }, older => this.#beneath(older));
    this.#visible = null;
  }

  /** Forgets edits that the server refused for good. */
  refuse() {
    this.#visible = null;
    return this.outbox.refuse();
  }

  #beneath(edits) {
    return edits.reduce(merge, this.#confirmed);
  }
}
