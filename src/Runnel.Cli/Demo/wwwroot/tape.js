import { authorOf } from "./cast.js";
import { element, setAttribute } from "./dom.js";

const cellsBeyondSight = 2;
// A quarter of a cell; the width of a hole and the film up to the next.
const perforation = 20.5;

/** The cells of the tape: only those in sight exist. Tab reaches the tape, arrow keys walk it, Enter or a click opens a cell. */
export class Tape {
  #film;
  #log;
  #strip;
  #base;
  #cells = new Map();
  #origin = null;
  #width = 0;
  // The cell that Tab reaches; `null` for the newest.
  #walker = null;
  #opened = null;
  #onOpen;

  constructor({ strip, base, film, log, onOpen }) {
    this.#strip = strip;
    this.#base = base;
    this.#film = film;
    this.#log = log;
    this.#onOpen = onOpen;
    film.painters.push(() => this.#paint());
    log.addEventListener("filled", () => this.#refill());
    strip.addEventListener("keydown", event => this.#press(event));
    strip.addEventListener("click", event => this.#click(event));
    strip.addEventListener("focusin", event => this.#focus(event));
    strip.addEventListener("focusout", () => this.#blur());
  }

  get opened() {
    return this.#opened;
  }

  open(seq) {
    this.#opened = seq;
    this.#film.hold(seq !== null);
    for (const [each, cell] of this.#cells) this.#mark(each, cell);
    this.#onOpen(seq);
    this.#film.wake();
  }

  cellOf(seq) {
    return this.#cells.get(seq);
  }

  #paint() {
    const [first, last] = [Math.max(1, this.#film.visible[0] - cellsBeyondSight), Math.min(this.#film.head, this.#film.visible[1] + cellsBeyondSight)];
    const x = this.#film.x(this.#film.origin + 1);
    this.#strip.style.transform = `translate3d(${x}px, 0, 0)`;
    this.#base.style.transform = `translate3d(${x % perforation}px, 0, 0)`;
    this.#placeAll();
    this.#log.want(first, last);
    for (const seq of this.#cells.keys()) if ((seq < first || seq > last) && seq !== this.#walker) this.#drop(seq);
    for (let seq = first; seq <= last; seq++) if (!this.#cells.has(seq)) this.#add(seq);
    this.#rove();
  }

  // The strip moves, and its cells with it; they themselves move only while the film zooms.
  #placeAll() {
    const { origin, width } = this.#film;
    if (this.#origin === origin && this.#width === width.value) return;
    this.#origin = origin;
    this.#width = width.value;
    setAttribute(this.#strip, "data-zoom", zoomOf(width.value));
    for (const [seq, cell] of this.#cells) this.#place(seq, cell);
  }

  #place(seq, cell) {
    cell.style.width = `${this.#width}px`;
    cell.style.transform = `translateX(${(seq - this.#origin - 1) * this.#width}px)`;
  }

  #add(seq) {
    const cell = document.createElement("button");
    cell.type = "button";
    cell.dataset.testid = `tape-cell-${seq}`;
    cell.dataset.seq = seq;
    cell.tabIndex = -1;
    this.#place(seq, cell);
    this.#fill(seq, cell);
    cell.classList.toggle("is-fresh", seq > this.#film.position.value + 0.5);
    this.#cells.set(seq, cell);
    this.#strip.append(cell);
  }

  #drop(seq) {
    this.#cells.get(seq).remove();
    this.#cells.delete(seq);
  }

  #refill() {
    for (const [seq, cell] of this.#cells) if (!cell.dataset.op) this.#fill(seq, cell);
    this.#film.wake();
  }

  #fill(seq, cell) {
    const event = this.#log.at(seq);
    const author = event && authorOf(event.client);
    const [name, value] = event ? deltaOf(event) : ["", ""];
    cell.replaceChildren(element("span", "seq", seq), element("span", "field", name), element("span", "value", value), element("span", "author", author?.name ?? ""));
    cell.setAttribute("aria-label", event ? `Event ${seq}, ${author.name}: ${name} ${value}` : `Event ${seq}, not loaded yet`);
    if (event) cell.dataset.op = event.op;
    // A frame of the film is lit or dark, like the room.
    if (name === "lightsOn") cell.dataset.lit = value;
    cell.dataset.digits = String(seq).length;
    this.#mark(seq, cell);
  }

  #mark(seq, cell) {
    const event = this.#log.at(seq);
    const opened = this.#opened === null ? null : this.#log.at(this.#opened);
    cell.className = `cell is-${event ? authorOf(event.client).key : "other"}`;
    cell.classList.toggle("is-concurrent", event !== undefined && (opened ? areConcurrent(opened, event) : this.#isConcurrent(event)));
    cell.classList.toggle("is-opened", seq === this.#opened);
    cell.setAttribute("aria-expanded", String(seq === this.#opened));
  }

  // Whether something that its author had not seen, by somebody else, came just before it.
  #isConcurrent(event) {
    for (let seq = event.seq - 1; seq > event.precedingSeq; seq--) {
      const earlier = this.#log.at(seq);
      if (!earlier || areConcurrent(earlier, event)) return earlier !== undefined;
    }
    return false;
  }

  #rove() {
    const walker = this.#walker ?? this.#film.head;
    for (const [seq, cell] of this.#cells) cell.tabIndex = seq === walker ? 0 : -1;
  }

  #click({ target }) {
    const seq = Number(target.closest(".cell")?.dataset.seq ?? 0);
    if (seq) this.open(seq === this.#opened ? null : seq);
  }

  #press(event) {
    const from = Number(event.target.dataset.seq);
    const to = walk(event.key, from, this.#film);
    if (to === undefined) return;
    event.preventDefault();
    this.#walkTo(Math.max(1, Math.min(this.#film.head, to)));
  }

  #walkTo(seq) {
    this.#walker = seq;
    this.#film.reveal(seq);
    if (!this.#cells.has(seq)) this.#add(seq);
    if (this.#opened !== null) this.open(seq);
    this.#rove();
    this.#cells.get(seq).focus({ preventScroll: true });
  }

  // Who walks the tape by keyboard wants it to stand still; a mouse that clicks opens a cell, and that holds it.
  #focus({ target }) {
    this.#walker = Number(target.dataset.seq);
    if (target.matches(":focus-visible")) this.#film.hold(true);
  }

  #blur() {
    this.#walker = null;
    if (this.#opened === null) this.#film.hold(false);
  }
}

/** By what each had seen, never by clocks: neither author knew of the other's event. */
export function areConcurrent(left, right) {
  const [earlier, later] = left.seq < right.seq ? [left, right] : [right, left];
  return earlier.client !== later.client && earlier.seq > later.precedingSeq;
}

// What people know a thing by comes first.
const telling = ["title", "name"];

/** The field of an event's delta that tells most, and its value, for a cell that has room for one. */
export function deltaOf({ op, id, fields }) {
  const members = Object.entries(fields ?? {});
  const [name, value] = members.find(([name]) => telling.includes(name)) ?? members[0] ?? ["", ""];
  return op === "delete" ? ["delete", id] : [name, typeof value === "string" ? value : JSON.stringify(value)];
}

const zoomOf = width => (width > 58 ? "near" : width > 24 ? "middle" : "far");

function walk(key, from, film) {
  const page = Math.max(1, film.cellsOnStage - 1);
  return { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - page, PageDown: from + page, Home: 1, End: film.head }[key];
}
