const stillQuery = matchMedia("(prefers-reduced-motion: reduce)");

export const isStill = () => stillQuery.matches;

/** A number on its way to a target, fast at first and then ever slower; `tau` is the time in ms for about two thirds of the way, `near` the rest that nobody sees. */
export class Eased {
  constructor(value, tau, near = 0.002) {
    this.value = this.target = value;
    this.tau = tau;
    this.near = near;
  }

  jumpTo(value) {
    this.value = this.target = value;
  }

  /** Moves for `ms` and says whether it still moves. */
  step(ms) {
    const rest = this.target - this.value;
    if (Math.abs(rest) < this.near || isStill()) {
      this.value = this.target;
      return rest !== 0;
    }
    this.value += rest * (1 - Math.exp(-ms / this.tau));
    return true;
  }
}

/** Calls `step(ms)` for each frame while it answers that something moves; sleeps otherwise, until `wake()`. */
export class Ticker {
  #step;
  #last = 0;
  #handle = 0;

  constructor(step) {
    this.#step = step;
  }

  wake() {
    if (!this.#handle) this.#handle = requestAnimationFrame(now => this.#run(now, 16));
  }

  #run(now, ms) {
    this.#last = now;
    this.#handle = 0;
    if (this.#step(Math.min(ms, 50)) && !this.#handle) this.#handle = requestAnimationFrame(next => this.#run(next, next - this.#last));
  }
}

/** Runs `paint` once in the next frame, however often it is asked to. */
export function onceAFrame(paint) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      paint();
    });
  };
}
