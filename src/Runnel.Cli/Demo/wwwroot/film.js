import { Eased, Ticker } from "./motion.js";

const widest = 82;
// The more events a second, the narrower a cell, so that what one sees is film and not a blur. In few steps, each a good way below
// the rate of the next: cells that change their width all the time cost more than the storm itself.
const zoomSteps = [{ above: 24, width: 14 }, { above: 11, width: 26 }, { above: 5, width: 44 }];
const stepDownShare = 0.6;
const rateWindowMs = 1000;
const longestRun = 60;
// The seqs that the strip's own coordinates begin at: far-off ones would cost a browser its sub-pixels.
const originStep = 1000;

/** Where each event is on the screen. The film runs left; its newest end rests at the anchor, unless somebody holds or scrolls it. */
export class Film {
  /** Called for each frame in which something moved. */
  painters = [];
  width = new Eased(widest, 180, 0.2);
  anchor = new Eased(0, 160, 0.1);
  // The seq (with a fraction, on the way) whose right edge is at the anchor.
  position = new Eased(0, 130);
  isHeld = false;
  isScrolledBack = false;
  stageWidth = 0;
  #head = 0;
  #arrivals = [];
  #zoomTimer = 0;
  #extras = [];
  #ticker = new Ticker(ms => this.#step(ms));

  /** Adds numbers that move with the film, such as reading heads. */
  add(...eased) {
    this.#extras.push(...eased);
  }

  wake() {
    this.#ticker.wake();
  }

  get head() {
    return this.#head;
  }

  get origin() {
    return Math.floor(this.position.value / originStep) * originStep;
  }

  /** The x of a seq's left edge. */
  x(seq) {
    return this.anchor.value - (this.position.value - seq + 1) * this.width.value;
  }

  /** The seqs that can be seen, from first to last. */
  get visible() {
    const { value: width } = this.width;
    const first = Math.floor(this.position.value + 1 - this.anchor.value / width);
    const last = Math.ceil(this.position.value + (this.stageWidth - this.anchor.value) / width);
    return [Math.max(1, first), Math.min(this.#head, last)];
  }

  get cellsOnStage() {
    return Math.max(1, Math.floor(this.anchor.value / this.width.value));
  }

  beginAt(head) {
    this.#head = head;
    this.position.jumpTo(head);
    this.wake();
  }

  /** The stream has grown. */
  grow(head) {
    const now = performance.now();
    for (let seq = this.#head + 1; seq <= head; seq++) this.#arrivals.push(now);
    this.#head = head;
    this.#zoom();
    this.#settle();
  }

  resize(stageWidth, anchor) {
    this.anchor.target = anchor;
    if (this.stageWidth === 0) this.anchor.jumpTo(anchor);
    this.stageWidth = stageWidth;
    this.wake();
  }

  /** While held, the film rests where it is: somebody reads. */
  hold(isHeld) {
    this.isHeld = isHeld;
    this.#settle();
  }

  scrollBy(cells) {
    const least = Math.min(this.#head, this.cellsOnStage);
    this.#runTo(Math.max(least, Math.min(this.#head, this.position.target + cells)));
    this.isScrolledBack = this.position.target < this.#head - 0.5;
    this.wake();
  }

  scrollToHead() {
    this.isScrolledBack = false;
    this.#settle();
  }

  /** Brings a seq into view, with a neighbour on either side. */
  reveal(seq) {
    const right = this.position.target;
    if (seq >= right) this.scrollBy(Math.min(this.#head, seq + 1) - right);
    else if (seq < right - this.cellsOnStage + 2) this.scrollBy(seq + this.cellsOnStage - 2 - right);
  }

  #settle() {
    if (!this.isHeld && !this.isScrolledBack) this.#runTo(this.#head);
    this.wake();
  }

  // A long way is run in its last part only.
  #runTo(seq) {
    this.position.target = seq;
    if (Math.abs(seq - this.position.value) > longestRun) this.position.value = seq - Math.sign(seq - this.position.value) * longestRun;
  }

  #zoom() {
    const since = performance.now() - rateWindowMs;
    while (this.#arrivals[0] < since) this.#arrivals.shift();
    const rate = this.#arrivals.length;
    const step = zoomSteps.find(({ above, width }) => rate > above * (this.width.target <= width ? stepDownShare : 1));
    if (!this.isHeld) this.width.target = step?.width ?? widest;
    clearTimeout(this.#zoomTimer);
    if (step) this.#zoomTimer = setTimeout(() => this.#zoom(), rateWindowMs / 4);
    this.wake();
  }

  #step(ms) {
    const moved = [this.width, this.anchor, this.position, ...this.#extras].filter(eased => eased.step(ms));
    for (const paint of this.painters) paint(ms);
    return moved.length > 0;
  }
}
