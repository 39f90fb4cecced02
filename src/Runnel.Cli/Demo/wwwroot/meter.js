const samplesMax = 200;

/** Measures, from the tap itself to the moment when the last of the phones has reconciled it. Only taps that find all phones live count. */
export class Meter extends EventTarget {
  #phones;
  #samples = [];
  #underWay = new Map();
  #liveSince = Infinity;

  constructor(phones) {
    super();
    this.#phones = phones;
    for (const phone of phones) {
      phone.addEventListener("frozen", ({ detail }) => detail.edits.forEach(edit => this.#begin(phone, edit)));
      phone.addEventListener("reconciled", ({ detail }) => this.#arrive(detail.event));
      phone.addEventListener("change", () => this.#look());
    }
  }

  /** The median in milliseconds of the latest taps, or `null` before the first. */
  get p50() {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  #look() {
    if (!this.#phones.every(phone => phone.state === "live")) {
      this.#liveSince = Infinity;
      this.#underWay.clear();
    } else if (this.#liveSince === Infinity) {
      this.#liveSince = performance.now();
    }
  }

  #begin(phone, edit) {
    if (edit.madeAt < this.#liveSince) return;
    this.#underWay.set(`${phone.client}/${edit.clientSeq}`, { madeAt: edit.madeAt, missing: this.#phones.length });
  }

  #arrive(event) {
    const key = `${event.client}/${event.clientSeq}`;
    const tap = this.#underWay.get(key);
    if (!tap || --tap.missing > 0) return;
    this.#underWay.delete(key);
    const ms = performance.now() - tap.madeAt;
    this.#samples = [...this.#samples, ms].slice(-samplesMax);
    this.dispatchEvent(new CustomEvent("sample", { detail: { event, ms } }));
  }
}
