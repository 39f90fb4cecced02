import { canonical } from "./canonical.js";
import { toEvent } from "./outbox.js";

/**
 * Checks the promise "exactly once": each edit that the page's phones froze must be on the tape once, with its own content, and in
 * the order of its author's count; whatever is not there yet must still be pending. It believes neither phones nor server, only the tape.
 */
export class Ledger {
  /** Edits whose answer said that they are on the server's disk. */
  acknowledged = 0;
  #wrong = 0;
  #log;
  // Per client: the last clientSeq on the tape, and the edits that the tape has not shown yet, by clientSeq.
  #clients = new Map();

  constructor(log) {
    this.#log = log;
    log.addEventListener("grew", ({ detail }) => detail.events.forEach(event => this.#meet(event)));
  }

  watch(phone) {
    const account = { last: 0, owed: new Map(), outbox: phone.replica.outbox };
    this.#clients.set(phone.client, account);
    phone.addEventListener("frozen", ({ detail }) => this.#owe(account, detail.edits));
    phone.addEventListener("acknowledged", ({ detail }) => this.#acknowledge(account, detail));
    phone.addEventListener("reconciled", ({ detail }) => detail.event.client === phone.client && this.#due(account, detail.event));
    phone.addEventListener("refused", ({ detail }) => detail.edits.forEach(edit => account.owed.delete(edit.clientSeq)));
  }

  /** How many edits are lost, doubled, altered or out of order. Anything but 0 is a broken promise. */
  get lost() {
    return this.#wrong + [...this.#clients.values()].reduce((sum, account) => sum + this.#missing(account), 0);
  }

  // A batch that is sent again is frozen once more under the same numbers: the tape must still show it once.
  #owe(account, edits) {
    for (const edit of edits) {
      if (edit.clientSeq > account.last && !account.owed.has(edit.clientSeq)) account.owed.set(edit.clientSeq, { content: contentOf(edit), by: Infinity });
    }
  }

  // An answer that got lost is made up for on the next connection; that one only says that the edits lie at or below the head.
  #acknowledge(account, { edits, seqs, head }) {
    this.acknowledged += edits.length;
    edits.forEach(({ clientSeq }, index) => this.#due(account, { clientSeq, seq: seqs?.[index] ?? head }));
  }

  #due(account, { clientSeq, seq }) {
    const debt = account.owed.get(clientSeq);
    if (debt) debt.by = Math.min(debt.by, seq);
  }

  #meet(event) {
    const account = this.#clients.get(event.client);
    if (!account) return;
    const debt = account.owed.get(event.clientSeq);
    if (event.clientSeq !== account.last + 1 || debt?.content !== contentOf(event)) this.#wrong += 1;
    account.last = Math.max(account.last, event.clientSeq);
    account.owed.delete(event.clientSeq);
  }

  // Owed by a place that the tape has passed, or by nobody any more.
  #missing({ owed, outbox }) {
    const pending = new Set(outbox.edits.map(edit => edit.clientSeq));
    return [...owed].filter(([clientSeq, { by }]) => by <= this.#log.head || (by === Infinity && !pending.has(clientSeq))).length;
  }
}

const contentOf = authored => canonical(toEvent(authored));
