import { authorOf } from "./cast.js";
import { element } from "./dom.js";
import { sayRange } from "./gaps.js";
import { areConcurrent } from "./tape.js";

const margin = 16;
const namedMost = 6;
// There the card lies below the tape, and perhaps below what is in sight.
const narrow = matchMedia("(max-width: 760px)");

/** What an opened cell shows: the event as it is stored, what its author had seen, and a thin arc to that place. */
export class EventCard {
  #card;
  #arc;
  #film;
  #log;
  #seq = null;
  #half = 0;

  constructor({ card, arc, film, log, onClose }) {
    this.#card = card;
    this.#arc = arc;
    this.#film = film;
    this.#log = log;
    film.painters.push(() => this.#paint());
    // A cell may be opened before its event is here.
    log.addEventListener("filled", () => card.hidden && this.show(this.#seq));
    card.querySelector(".close").addEventListener("click", onClose);
  }

  show(seq) {
    this.#seq = seq;
    const event = seq === null ? undefined : this.#log.at(seq);
    this.#card.hidden = event === undefined;
    this.#arc.toggleAttribute("hidden", !event?.precedingSeq);
    this.#card.closest(".tape").classList.toggle("has-opened", event !== undefined);
    if (event) this.#fill(event);
    if (event && narrow.matches) this.#card.scrollIntoView({ block: "nearest" });
    this.#half = this.#card.offsetWidth / 2;
    this.#film.wake();
  }

  #fill(event) {
    const author = authorOf(event.client);
    this.#card.className = `event-card is-${author.key}`;
    this.#arc.setAttribute("class", `arc is-${author.key}`);
    this.#card.querySelector("h3").replaceChildren(`Event ${event.seq}`, element("span", "author", author.name));
    this.#card.querySelector("pre").replaceChildren(...highlighted(format(event)));
    this.#card.querySelector(".seen").textContent = this.#sayWhatWasSeen(event);
  }

  #sayWhatWasSeen(event) {
    const seen = event.precedingSeq === 0 ? "Its author had seen nothing yet." : `Its author had seen everything up to ${event.precedingSeq}.`;
    const concurrent = this.#concurrentWith(event);
    if (concurrent.length === 0) return `${seen} Nothing was made at the same time.`;
    const named = concurrent.slice(0, namedMost).map(([from, to]) => sayRange(from, to)).join(", ");
    return `${seen} Concurrent, tinted: ${named}${concurrent.length > namedMost ? " …" : ""}.`;
  }

  // As ranges; within what the page holds and what is near enough to be seen at all.
  #concurrentWith(event) {
    const ranges = [];
    const last = Math.min(this.#log.head, event.seq + this.#film.cellsOnStage * 4);
    for (let seq = event.precedingSeq + 1; seq <= last; seq++) {
      const other = this.#log.at(seq);
      if (!other || seq === event.seq || !areConcurrent(event, other)) continue;
      if (ranges.at(-1)?.[1] === seq - 1) ranges.at(-1)[1] = seq;
      else ranges.push([seq, seq]);
    }
    return ranges;
  }

  #paint() {
    const event = this.#seq === null ? undefined : this.#log.at(this.#seq);
    if (!event) return;
    const x = this.#film.x(event.seq + 0.5);
    const half = this.#half;
    const middle = Math.max(half + margin, Math.min(this.#film.stageWidth - half - margin, x));
    this.#card.style.transform = `translate3d(${middle - half}px, 0, 0)`;
    this.#paintArc(x, Math.max(-40, this.#film.x(event.precedingSeq + 0.5)), event.precedingSeq);
  }

  #paintArc(from, to, precedingSeq) {
    const base = this.#arc.clientHeight;
    const rise = Math.min(base - 18, 14 + Math.abs(from - to) / 9);
    const [line, dot, text] = this.#arc.children;
    line.setAttribute("d", `M${from} ${base}C${from} ${base - rise * 1.33} ${to} ${base - rise * 1.33} ${to} ${base}`);
    dot.setAttribute("cx", to);
    dot.setAttribute("cy", base - 2);
    text.setAttribute("x", Math.max(70, (from + to) / 2));
    text.setAttribute("y", base - rise - 6);
    text.textContent = `had seen ≤ ${precedingSeq}`;
  }
}

// A member a line; what an event says fits on one.
function format(event) {
  const members = Object.entries(event).map(([name, value]) => `  "${name}": ${JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ")}`);
  return `{\n${members.join(",\n")}\n}`;
}

// Names are quiet, values are not.
function highlighted(json) {
  return json.split(/("(?:[^"\\]|\\.)*"(?=:))/).map((piece, index) => element(index % 2 === 1 ? "span" : "b", "", piece));
}
