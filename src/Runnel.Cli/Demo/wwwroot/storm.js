import { randomOf } from "./random.js";

const flipsPerSecond = 50;
const durationMs = 30_000;
const tickMs = 20;
// A hidden tab ticks once a second; what it missed is not made up for in one blow.
const flipsPerTickMax = 60;

/** Fifty flips a second, from phones that happen to be plugged in, for half a minute or until stopped. */
export class Storm {
  #phones;
  #changed;
  #timer = 0;
  #began = 0;
  #flips = 0;

  constructor(phones, changed) {
    this.#phones = phones;
    this.#changed = changed;
  }

  get isBlowing() {
    return this.#timer !== 0;
  }

  get secondsLeft() {
    return this.isBlowing ? Math.ceil((durationMs - (performance.now() - this.#began)) / 1000) : 0;
  }

  toggle() {
    if (this.isBlowing) return this.#stop();
    this.#began = performance.now();
    this.#flips = 0;
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#changed();
  }

  #tick() {
    const elapsed = performance.now() - this.#began;
    if (elapsed >= durationMs) return this.#stop();
    const due = Math.floor((elapsed / 1000) * flipsPerSecond) - this.#flips;
    this.#flips += due;
    for (let i = 0; i < Math.min(due, flipsPerTickMax); i++) this.#flipAny();
    this.#changed();
  }

  #flipAny() {
    const plugged = this.#phones.filter(phone => phone.isPluggedIn);
    if (plugged.length > 0) randomOf(plugged).flip();
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#changed();
  }
}
