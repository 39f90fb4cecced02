import { element, setText } from "./dom.js";
import { isStill } from "./motion.js";
import { count } from "./words.js";

// A live phone's edit is under way for a few milliseconds; only one that has to wait is shown waiting.
const patienceMs = 1000;

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
    for (const [phone, card] of this.#cards) if (!waiting.includes(phone)) this.#send(phone, card);
    for (const phone of waiting) this.#fill(phone, this.#cards.get(phone) ?? this.#create(phone));
    if (this.#shown === waiting.length) return;
    this.#shown = waiting.length;
    this.#tray.classList.toggle("is-compact", waiting.length > 2);
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
    const { edits, openTaps } = phone.replica.outbox;
    const taps = edits.filter(edit => edit.clientSeq).reduce((total, edit) => total + edit.taps, openTaps);
    const latest = edits.at(-1);
    setText(whose, `${phone.name}’s outbox`);
    setText(sum.firstChild, `${count(taps, "tap")} → `);
    setText(sum.lastChild, edits.length === 0 ? "nothing" : count(edits.length, "event"));
    setText(delta, latest ? `lightsOn: ${latest.fields.lightsOn}` : "nothing to send");
    setText(seen, latest ? `had seen ≤ ${latest.precedingSeq}` : "");
    card.classList.toggle("is-empty", !latest);
    card.classList.toggle("is-sent", latest?.clientSeq !== undefined);
    card.title = latest?.clientSeq ? "Sent, but the answer did not come: it will be sent again, and lands once." : "";
  }

  // Off to the tape: the film takes it from here.
  #send(phone, card) {
    this.#cards.delete(phone);
    card.classList.add("is-leaving");
    card.animate([{ opacity: 1 }, { transform: "translateX(-48px) scale(.8)", opacity: 0 }], { duration: isStill() ? 0 : 240, easing: "ease-in" })
      .finished.then(() => card.remove(), () => card.remove());
  }
}

function isWaiting({ state, replica }) {
  const { edits, openTaps } = replica.outbox;
  if (state !== "live") return edits.length > 0 || openTaps > 0;
  return edits.some(edit => performance.now() - edit.madeAt > patienceMs);
}
