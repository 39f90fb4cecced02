const stepMs = 110;
// However much a phone lacks, nobody waits longer than this for it.
const wholeMs = 1500;
const frameMs = 16;

/** Takes the steps of a catch-up one after another, slowly enough to be seen: a short row step by step, a long one in about a second. */
export class Pace {
  #timer = 0;

  get isRunning() {
    return this.#timer !== 0;
  }

  /** Calls `step` about `count` times, until stopped; does nothing if it is under way already. */
  start(count, step) {
    if (this.isRunning) return;
    if (!isWatched()) return this.#atOnce(count, step);
    const interval = Math.max(frameMs, Math.min(stepMs, wholeMs / count));
    const stepsAtOnce = Math.max(1, Math.ceil((count * interval) / wholeMs));
    this.#timer = setInterval(() => this.#burst(stepsAtOnce, step), interval);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #burst(count, step) {
    for (let i = 0; i < count && this.isRunning; i++) step();
  }

  #atOnce(count, step) {
    this.#timer = setTimeout(() => this.#burst(Infinity, step));
  }
}

// A hidden tab's timers are slowed to one a second, and who asked for less motion shall not wait for any.
const isWatched = () => !document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches;
