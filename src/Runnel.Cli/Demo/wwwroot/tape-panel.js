import { EventCard } from "./event-card.js";
import { EventLog } from "./event-log.js";
import { Film } from "./film.js";
import { Heads } from "./heads.js";
import { setHidden } from "./dom.js";
import { Narrator } from "./narrator.js";
import { OutboxTray } from "./outbox-tray.js";
import { Tape } from "./tape.js";
import { listenForGestures } from "./tape-gestures.js";
import { TapeReader } from "./tape-reader.js";

// The page shows this much of the past at once; what is older comes when somebody scrolls there.
const shownAtFirst = 120;
const margin = 28;

const markup = ({ story, blank }) => `
  <div class="tape-top">
    <h2>The tape</h2>
    <p data-part="story" role="status">${story}</p>
    <button type="button" class="newest" data-part="newest" data-testid="newest" hidden>Back to the newest</button>
  </div>
  <div class="stage-box">
    <div class="stage" data-part="stage">
      <div class="film-base" data-part="base"></div>
      <div class="strip" data-part="strip" role="group" aria-label="Events. Arrow keys walk, Enter opens, Escape closes."></div>
      <p class="blank" data-part="blank" hidden>${blank}</p>
      <p class="all-read" data-part="allRead"></p>
      <div class="heads" data-part="heads"></div>
      <div class="stretches" data-part="stretches"></div>
      <div class="tray" data-part="tray" aria-label="Outboxes"></div>
    </div>
    <svg class="arc" data-part="arc" hidden aria-hidden="true"><path/><circle r="3"/><text/></svg>
    <aside class="event-card" data-part="card" data-testid="event-card" aria-live="polite" hidden>
      <button type="button" class="close" aria-label="Close">×</button>
      <h3></h3>
      <pre></pre>
      <p class="seen"></p>
    </aside>
  </div>`;

/**
 * The tape of a stream, with everything on it: cells, a head for each device, what each lacks, and beside it what each has yet to send.
 *
 * A device has `key`, `name`, `number`, `state` ("live", "catchingUp", "away", "offline" or "stopped"), `replica.head`, and `waiting`:
 * `{ taps, events, latest, isLate }`, the sum of its outbox.
 */
export class TapePanel {
  #section;
  #parts;
  #tape;
  #tray;

  constructor(section, { url, stream, settings, client, head, devices, story, blank }) {
    this.#section = section;
    section.innerHTML = markup({ story, blank });
    this.#parts = Object.fromEntries([...section.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]));
    const { strip, base, stage, heads: marks, stretches, allRead, tray, arc, card: cardPart } = this.#parts;
    this.log = new EventLog(stream);
    this.log.head = Math.max(0, head - shownAtFirst);
    this.reader = new TapeReader({ url, stream, settings, client, log: this.log });
    this.film = new Film();
    this.film.beginAt(head);
    this.narrator = new Narrator(this.#parts.story);
    const card = new EventCard({ card: cardPart, arc, film: this.film, log: this.log, onClose: () => this.#tape.open(null) });
    this.#tape = new Tape({ strip, base, film: this.film, log: this.log, onOpen: seq => card.show(seq) });
    new Heads({ film: this.film, phones: devices, marks, stretches, allRead });
    this.#tray = new OutboxTray({ tray, phones: devices, onResize: () => this.resize() });
    listenForGestures(stage, this.film);
    this.log.addEventListener("grew", () => this.film.grow(this.log.head));
    addEventListener("resize", () => this.resize());
    addEventListener("keydown", event => event.key === "Escape" && this.#tape.opened !== null && this.#tape.open(null));
    this.#parts.newest.addEventListener("click", () => this.film.scrollToHead());
  }

  start() {
    this.resize();
    this.reader.start();
  }

  /** Shows a tap falling into its device's outbox. */
  drop(device) {
    this.#tray.drop(device);
  }

  /** Shows how the devices are now. */
  paint() {
    this.#tray.paint();
    this.film.wake();
    this.#section.classList.toggle("is-down", !this.reader.isUp);
    setHidden(this.#parts.blank, this.log.head > 0);
    setHidden(this.#parts.newest, !this.film.isScrolledBack);
  }

  // The film ends where the tray begins; on a narrow screen the tray has a row of its own.
  resize() {
    const { stage, tray } = this.#parts;
    const isBeside = getComputedStyle(tray).position === "absolute";
    const reserved = isBeside && tray.offsetWidth > 0 ? tray.offsetWidth + margin / 2 : 0;
    this.film.resize(stage.clientWidth, stage.clientWidth - margin - reserved);
  }
}
