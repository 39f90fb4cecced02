import { canonical } from "./canonical.js";
import { randomHex } from "./random.js";
import { keyOf } from "./records.js";

// A live phone's edit is under way for a few milliseconds; only one that has to wait is shown waiting.
const patienceMs = 1000;

/**
 * The edits made here that have not yet come back with a seq. An edit is `{ op, collection, id, fields, precedingSeq, taps, madeAt }`;
 * freezing it for sending gives it its `clientSeq`, which it then keeps for ever.
 */
export class Outbox {
  edits = [];
  /** Taps since something was last frozen, also those that came to nothing. */
  openTaps = 0;
  #batch = null;
  #lastClientSeq = 0;
  #lastNonce;

  /** What there is to send, for the eye: `{ taps, events, latest, isLate }`. */
  get sum() {
    const taps = this.edits.filter(edit => edit.clientSeq).reduce((total, edit) => total + edit.taps, this.openTaps);
    return { taps, events: this.edits.length, latest: this.edits.at(-1), isLate: this.edits.some(edit => performance.now() - edit.madeAt > patienceMs) };
  }

  /**
   * Takes an edit in and shortens the edit distance. `beneath(olderEdits)` answers the records that lie under those edits.
   * Only the last edit of the same object takes another in, and only while it is not frozen and its author had seen as much.
   */
  add(edit, beneath) {
    this.openTaps += edit.taps;
    const place = this.edits.findLastIndex(older => keyOf(older) === keyOf(edit));
    const older = this.edits[place];
    const merges = older && !older.clientSeq && older.precedingSeq === edit.precedingSeq;
    const at = merges ? place : this.edits.length;
    const merged = netOf(merges ? coalesce(older, edit) : edit, beneath(this.edits.slice(0, at)));
    this.edits = [...this.edits.slice(0, at), ...(merged ? [merged] : []), ...this.edits.slice(at + (merges ? 1 : 0))];
  }

  /** What is to be sent now: the batch that has no answer yet, else all that waits, frozen into a new one; `null` for nothing. */
  nextBatch() {
    if (this.#batch) return this.#batch;
    this.openTaps = 0;
    const open = this.edits.filter(edit => !edit.clientSeq);
    if (open.length === 0) return null;
    for (const edit of open) edit.clientSeq = ++this.#lastClientSeq;
    this.#batch = { nonce: randomHex(8), edits: open };
    return this.#batch;
  }

  /** The batch is on the server's disk. Nothing moves for that: its edits leave when the stream brings them. */
  acknowledge() {
    const batch = this.#batch;
    if (!batch) return [];
    this.#batch = null;
    this.#lastNonce = batch.nonce;
    for (const edit of batch.edits) edit.acknowledged = true;
    return batch.edits;
  }

  /** The batch was refused, and a refusal uses no number up: its edits are given back, gone from here. */
  refuse() {
    const batch = this.#batch;
    if (!batch) return [];
    this.#batch = null;
    this.#lastClientSeq -= batch.edits.length;
    this.edits = this.edits.filter(edit => !batch.edits.includes(edit));
    return batch.edits;
  }

  /** An event of the stream, reconciled: if it is one of ours, it is pending no more. */
  reconcile(clientSeq) {
    this.edits = this.edits.filter(edit => edit.clientSeq !== clientSeq);
  }

  /**
   * What the server knows of this client, on a new connection: "acknowledged" if the answer to the last batch got lost on its way,
   * "resend" if the batch may have been, "nothing" if none was open, "copy" if this is not the history that this outbox wrote.
   */
  compareWith(lastClientSeq, nonce) {
    if (!this.#batch) return lastClientSeq === this.#lastClientSeq && (lastClientSeq === 0 || nonce === this.#lastNonce) ? "nothing" : "copy";
    if (lastClientSeq === this.#lastClientSeq) return nonce === this.#batch.nonce ? "acknowledged" : "copy";
    return lastClientSeq === this.#lastClientSeq - this.#batch.edits.length ? "resend" : "copy";
  }
}

/** An edit as the protocol sends it. */
export function toEvent({ clientSeq, precedingSeq, op, collection, id, fields }) {
  return { clientSeq, precedingSeq, op, collection, id, fields };
}

function coalesce(older, newer) {
  const taps = older.taps + newer.taps;
  if (newer.op !== "update") return { ...newer, taps, madeAt: older.madeAt };
  return { ...older, fields: { ...older.fields, ...newer.fields }, taps };
}

// Fields that say what lies beneath anyway are not sent; an update left with none of them is nothing.
function netOf(edit, records) {
  const record = records.get(keyOf(edit));
  if (edit.op !== "update" || !record) return edit;
  const differing = Object.entries(edit.fields).filter(([name, value]) => !(name in record.fields) || canonical(record.fields[name]) !== canonical(value));
  return differing.length === 0 ? null : { ...edit, fields: Object.fromEntries(differing) };
}
