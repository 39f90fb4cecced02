import { element, setAttribute, setText } from "./dom.js";
import { sayRange } from "./gaps.js";
import { Eased } from "./motion.js";
import { numberWord, sayNames } from "./words.js";

const edge = 16;
const fanPx = 16;
// Near enough to tell whether words fit, without asking the browser to lay the page out for it.
const letterPx = 6.4;
// A live phone is behind for a moment with every event; that is reading, and no lack.
const lacking = new Set(["offline", "away", "catchingUp", "stopped"]);

/** Under the tape: a head for each phone, below the last cell that it has read, and hatched, in words, the stretch that a phone lacks. */
export class Heads {
  #film;
  #marks;
  #stretches;
  #bars = new Map();
  #allRead;

  constructor({ film, phones, marks, stretches, allRead }) {
    this.#film = film;
    this.#allRead = allRead;
    this.#stretches = stretches;
    this.#marks = phones.map((phone, index) => new Mark(phone, index, marks));
    film.add(...this.#marks.flatMap(mark => [mark.seq, mark.fan]));
    film.painters.push(() => this.#paint());
  }

  #paint() {
    this.#aim();
    for (const mark of this.#marks) mark.paint(this.#film);
    this.#paintStretches();
  }

  // Heads below one cell stand side by side.
  #aim() {
    for (const mark of this.#marks) {
      const beside = this.#marks.filter(other => other.at(this.#film) === mark.at(this.#film));
      mark.seq.target = mark.at(this.#film);
      mark.fan.target = (beside.indexOf(mark) - (beside.length - 1) / 2) * fanPx;
    }
  }

  // Phones that lack the same are named together.
  #paintStretches() {
    const groups = Map.groupBy(this.#marks.filter(mark => mark.lacks(this.#film)), mark => `${mark.phone.replica.head}/${mark.phone.state === "catchingUp"}`);
    const keys = [...groups.values()].map(group => group[0].phone.name);
    for (const [key, bar] of this.#bars) if (!keys.includes(key)) this.#remove(key, bar);
    [...groups.values()].forEach((group, lane) => this.#paintStretch(group, lane, groups.size));
    this.#paintAllRead(groups.size === 0 && this.#film.head > 0);
  }

  #paintAllRead(isTrue) {
    this.#allRead.style.opacity = isTrue ? 1 : 0;
    if (!isTrue) return;
    setText(this.#allRead, `${everybodyHas(this.#marks.length)} read up to ${this.#film.head}`);
    const end = Math.min(this.#film.x(this.#film.head + 1), this.#film.anchor.value);
    this.#allRead.style.transform = `translate3d(${end - this.#film.stageWidth}px, 0, 0)`;
  }

  #paintStretch(group, lane, lanes) {
    const [{ phone, seq }] = group;
    const bar = this.#bars.get(phone.name) ?? this.#create(phone);
    const left = Math.max(edge - 4, this.#film.x(seq.value + 1));
    const right = Math.max(left, this.#film.x(this.#film.head + 1));
    const words = `${sayNames(group.map(mark => mark.phone.name), this.#marks.length)} ${verb(phone, group.length)} ${sayRange(phone.replica.head + 1, this.#film.head)}`;
    setText(bar.firstElementChild, words);
    bar.style.setProperty("--left", `${left}px`);
    bar.style.setProperty("--length", `${right - left}px`);
    bar.style.setProperty("--lane", lane);
    bar.style.setProperty("--lanes", Math.max(lanes, 3));
    bar.classList.toggle("is-tight", words.length * letterPx + 18 > right - left);
    bar.classList.toggle("is-fetching", phone.state === "catchingUp");
  }

  #create(phone) {
    const bar = element("div", `stretch is-${phone.key}`);
    bar.dataset.testid = `lack-${phone.number}`;
    bar.append(element("span", "words"));
    this.#stretches.append(bar);
    this.#bars.set(phone.name, bar);
    return bar;
  }

  #remove(key, bar) {
    this.#bars.delete(key);
    bar.remove();
  }
}

class Mark {
  constructor(phone, index, parent) {
    this.phone = phone;
    this.seq = new Eased(phone.replica.head, 90);
    this.fan = new Eased(0, 120, 0.1);
    this.element = element("div", `head is-${phone.key}`);
    this.element.dataset.testid = `head-${phone.number}`;
    parent.append(this.element);
  }

  // The tape may be a moment behind a phone; a head never points beyond it.
  at(film) {
    return Math.min(this.phone.replica.head, film.head);
  }

  lacks(film) {
    return lacking.has(this.phone.state) && this.phone.replica.head < film.head;
  }

  paint(film) {
    const x = film.x(this.seq.value + 0.5) + this.fan.value;
    const pinned = x < edge;
    this.element.style.transform = `translate3d(${Math.max(edge + this.fan.value / 2 + fanPx, x)}px, 0, 0)`;
    this.element.classList.toggle("is-beyond", pinned);
    setAttribute(this.element, "title", `${this.phone.name} has read up to ${this.phone.replica.head}`);
  }
}

const everybodyHas = count => (count > 2 ? `all ${numberWord(count)} have` : count === 2 ? "both have" : "it has");

const verb = (phone, count) => (phone.state === "catchingUp" ? "fetch" : "lack") + (count > 1 ? "" : phone.state === "catchingUp" ? "es" : "s");
