import { element, setText } from "./dom.js";
import { isStill } from "./motion.js";
import { deltaOf } from "./tape.js";
import { count } from "./words.js";

// More outboxes than this are a line each.
const roomyMost = 2;

/** Beside the tape: what each phone has yet to send, and how its taps merge into it. */
export class OutboxTray {
  #tray;
  #phones;
  #cards = new Map();
  #shown = 0;
  #onResize;

  constructor({ tray, phones, onResize }) {
    this.#tray = tray;
    this.#phones = phones;
    this.#onResize = onResize;
  }

  /** Shows a tap falling into its phone's outbox. */
  drop(phone) {
    this.paint();
    const card = this.#cards.get(phone);
    if (!card || isStill()) return;
    const chip = element("i", "chip");
    card.append(chip);
    chip.animate(
      [{ transform: "translate(0, -56px) scale(1)", opacity: 0 }, { opacity: 1, offset: 0.35 }, { transform: "translate(0, 0) scale(.5)", opacity: 0 }],
      { duration: 360, easing: "cubic-bezier(.4, 0, .6, 1)" },
    ).finished.then(() => chip.remove(), () => chip.remove());
    card.querySelector("b").animate([{ transform: "scale(1)" }, { transform: "scale(1.12)", offset: 0.5 }, { transform: "scale(1)" }], { duration: 320, delay: 180 });
  }

  paint() {
    const waiting = this.#phones.filter(isWaiting);
    this.#sendAll([...this.#cards.keys()].filter(phone => !waiting.includes(phone)));
    for (const phone of waiting) this.#fill(phone, this.#cards.get(phone) ?? this.#create(phone));
    if (this.#shown === waiting.length) return;
    this.#shown = waiting.length;
    this.#tray.classList.toggle("is-column", waiting.length > roomyMost);
    for (const card of this.#cards.values()) card.classList.toggle("is-compact", waiting.length > roomyMost);
    this.#onResize();
  }

  #create(phone) {
    const card = element("div", `outbox is-${phone.key}`);
    card.dataset.testid = `outbox-${phone.number}`;
    const sum = element("span", "sum");
    sum.append(element("span", "taps"), element("b", "rest"));
    card.append(element("span", "whose"), sum, element("span", "delta"), element("span", "seen"));
    this.#cards.set(phone, card);
    this.#tray.append(card);
    return card;
  }

  #fill(phone, card) {
    const [whose, sum, delta, seen] = card.children;
    const { taps, events, latest } = phone.waiting;
    setText(whose, `${phone.name}’s outbox`);
    setText(sum.firstChild, `${count(taps, "tap")} → `);
    setText(sum.lastChild, events === 0 ? "nothing" : count(events, "event"));
    setText(delta, latest ? deltaOf(latest).join(": ") : "nothing to send");
    setText(seen, latest ? `had seen ≤ ${latest.precedingSeq}` : "");
    card.classList.toggle("is-empty", !latest);
    card.classList.toggle("is-sent", latest?.clientSeq !== undefined);
    card.title = latest?.clientSeq ? "Sent, but the answer did not come: it will be sent again, and lands once." : "";
  }

  // Off to the tape, each from where it stood: the film takes them from here.
  #sendAll(phones) {
    const leaving = phones.map(phone => this.#cards.get(phone));
    const places = leaving.map(card => ({ right: this.#tray.clientWidth - card.offsetLeft - card.offsetWidth, top: card.offsetTop }));
    phones.forEach(phone => this.#cards.delete(phone));
    leaving.forEach((card, index) => leave(card, places[index]));
  }
}

function leave(card, { right, top }) {
  card.classList.add("is-leaving");
  card.style.right = `${right}px`;
  card.style.top = `${top}px`;
  card.animate([{ opacity: 1 }, { transform: "translateX(-60px) scale(.9)", opacity: 0 }], { duration: isStill() ? 0 : 240, easing: "ease-in" })
    .finished.then(() => card.remove(), () => card.remove());
}

function isWaiting({ state, waiting: { events, taps, isLate } }) {
  return state === "live" ? isLate : events > 0 || taps > 0;
}
