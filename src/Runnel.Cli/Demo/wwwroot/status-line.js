import { canonicalRecords } from "./canonical.js";
import { setText } from "./dom.js";
import { hashOf } from "./hash.js";
import { count, numberWord, sayNames } from "./words.js";

const hashShown = 8;

/** Says in one line whether the phones are equal, by the hash of what each of them shows. */
export class StatusLine {
  #line;
  #phones;
  #log;
  #hashes = new Map();

  constructor({ line, phones, log }) {
    this.#line = line;
    this.#log = log;
    this.#phones = phones;
  }

  /** The phone's last hash, or `null` before the first. */
  hashOf(phone) {
    return this.#hashes.get(phone)?.hash ?? null;
  }

  async refresh() {
    await Promise.all(this.#phones.map(phone => this.#hash(phone)));
    const { text, kind } = this.#verdict();
    this.#line.dataset.kind = kind;
    setText(this.#line, text);
  }

  async #hash(phone) {
    const text = canonicalRecords(phone.replica.visible);
    if (this.#hashes.get(phone)?.text !== text) this.#hashes.set(phone, { text, hash: await hashOf(text) });
  }

  // Phones that have read as much and owe nothing must be equal; of the others it is said what they wait for.
  #verdict() {
    const head = Math.max(this.#log.head, ...this.#phones.map(phone => phone.replica.head));
    const settled = this.#phones.filter(phone => phone.replica.head === head && phone.replica.outbox.edits.length === 0);
    const hashes = [...new Set(settled.map(phone => this.hashOf(phone).slice(0, hashShown)))];
    if (hashes.length > 1) return { kind: "bad", text: `not equal: ${settled.map(phone => `${phone.name} ${this.hashOf(phone).slice(0, hashShown)}`).join(", ")}` };
    const moving = this.#phones.filter(phone => phone.state === "live" && !settled.includes(phone));
    const waits = Map.groupBy(this.#phones.filter(phone => phone.state !== "live" && !settled.includes(phone)), phone => waitOf(phone, head));
    const rest = [...waits].map(([wait, group]) => `${sayNames(group.map(phone => phone.name))} ${wait}`);
    const first = moving.length > 0 ? sayMoving(this.#phones.filter(phone => phone.state === "live")) : sayEqual(settled, hashes[0]);
    return { kind: settled.length === this.#phones.length ? "good" : "waiting", text: first ? [first, ...rest].join(" · ") : `equal again: ${rest.join(" · ")}` };
  }
}

function sayEqual(settled, hash) {
  return settled.length > 1 ? `${numberWord(settled.length)} phones equal, ${hash}` : settled.map(({ name }) => `${name} at ${hash}`)[0];
}

function sayMoving(live) {
  const heads = live.map(phone => phone.replica.head);
  return `${numberWord(live.length)} phones in motion, ${count(Math.max(...heads) - Math.min(...heads), "event")} apart`;
}

function waitOf({ replica, state, isPluggedIn }, head) {
  if (!isPluggedIn) return "when plugged in";
  if (state === "away") return "when the server is back";
  return `in ${count(head - replica.head, "event")}`;
}
