import { setText } from "./dom.js";
import { Storm } from "./storm.js";

const yearsAhead = 10;
const byTestId = id => document.querySelector(`[data-testid="${id}"]`);

/** The four buttons below the tape. */
export class Controls {
  #phones;
  #narrator;
  #reader;
  #storm;
  #buttons = { storm: byTestId("storm"), plugs: byTestId("unplug-all"), clock: byTestId("clock"), kill: byTestId("kill") };
  #killedAt = 0;
  #info;
  /** How many years the clock of phone 2 is ahead. */
  clockAhead = 0;

  constructor({ phones, narrator, reader, info, clockChanged }) {
    this.#info = info;
    this.#phones = phones;
    this.#narrator = narrator;
    this.#reader = reader;
    this.#storm = new Storm(phones, () => this.paint());
    this.#buttons.storm.addEventListener("click", () => this.#storm.toggle());
    this.#buttons.plugs.addEventListener("click", () => this.#togglePlugs());
    this.#buttons.clock.addEventListener("click", () => this.#turnClock(clockChanged));
    this.#buttons.kill.addEventListener("click", () => this.#kill());
    reader.addEventListener("change", () => this.#serverChanged());
    this.#offerKill();
  }

  get isStorming() {
    return this.#storm.isBlowing;
  }

  paint() {
    const { storm, plugs } = this.#buttons;
    storm.setAttribute("aria-pressed", String(this.#storm.isBlowing));
    setText(storm, this.#storm.isBlowing ? `Stop the storm · ${this.#storm.secondsLeft} s` : "Storm");
    setText(plugs, this.#isAnyPluggedIn ? "Unplug all" : "Plug in all");
  }

  get #isAnyPluggedIn() {
    return this.#phones.some(phone => phone.isPluggedIn);
  }

  #togglePlugs() {
    const unplugs = this.#isAnyPluggedIn;
    for (const phone of this.#phones) unplugs ? phone.unplug() : phone.plugIn();
  }

  #turnClock(clockChanged) {
    this.clockAhead = this.clockAhead ? 0 : yearsAhead;
    const { clock } = this.#buttons;
    clock.setAttribute("aria-pressed", String(this.clockAhead !== 0));
    setText(clock, this.clockAhead ? `${this.#phones[1].name}’s clock: right again` : `${this.#phones[1].name}’s clock: +${yearsAhead} years`);
    clockChanged();
    this.#narrator.say(this.clockAhead ? `${this.#phones[1].name} believes it is ${new Date().getFullYear() + yearsAhead}. Nothing changes: order needs no clock.` : "The clock is right again. Nothing changed then, nothing changes now.");
  }

  // A server that others may use too is not for killing; it says so itself.
  async #offerKill() {
    this.#buttons.kill.closest(".control").hidden = (await this.#info).canKill !== true;
  }

  async #kill() {
    this.#buttons.kill.disabled = true;
    this.#killedAt = performance.now();
    // A process that is killed may not get its answer out: whether it worked shows in the links going down.
    await fetch("/demo/kill", { method: "POST" }).catch(() => null);
  }

  #serverChanged() {
    if (!this.#reader.isUp) {
      this.#narrator.say("The server is gone. The phones still switch; what was acknowledged is on its disk.");
    } else if (this.#killedAt) {
      const seconds = ((performance.now() - this.#killedAt) / 1000).toFixed(1);
      this.#narrator.say(`The server is back after ${seconds} s, and every phone goes on from where it was.`);
      this.#killedAt = 0;
    }
    this.#buttons.kill.disabled = !this.#reader.isUp;
  }
}
