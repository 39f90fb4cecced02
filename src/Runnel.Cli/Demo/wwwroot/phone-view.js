import { setAttribute, setHidden, setText } from "./dom.js";
import { roomOf } from "./room.js";

const hashShown = 8;

const markup = ({ key, name, number }) => `
  <div class="frame">
    <div class="screen">
      ${roomOf(key, number)}
      <span class="clock" data-part="clock"></span>
      <span class="bubble" data-part="bubble" aria-hidden="true">Tap me.</span>
      <button type="button" class="switch" role="switch" aria-label="${name} lamp" aria-describedby="status-${number}" data-testid="switch-${number}"><i></i></button>
    </div>
    <span class="notch"></span>
    <span class="to-send" data-part="toSend" data-testid="to-send-${number}" hidden></span>
  </div>
  <p class="line"><b class="name">${name}</b><span class="status" id="status-${number}" data-testid="status-${number}"><i class="dot"></i><span data-part="status"></span></span></p>
  <div class="socket">
    <code data-part="hash" data-testid="hash-${number}" title="the hash of this phone's state"></code>
    <button type="button" class="plug" data-testid="plug-${number}"><i></i><span data-part="plug"></span></button>
    <span class="at" data-part="at" data-testid="at-${number}"></span>
  </div>`;

/** A phone on the page: its room, its switch, its plug, and what it knows about itself. */
export class PhoneView {
  #phone;
  #element;
  #parts;
  #button;
  #plug;

  constructor(phone, { parent, tapped }) {
    this.#phone = phone;
    this.#element = document.createElement("article");
    this.#element.className = `phone is-${phone.key}`;
    this.#element.dataset.testid = `phone-${phone.number}`;
    this.#element.setAttribute("aria-label", phone.name);
    this.#element.innerHTML = markup(phone);
    this.#parts = Object.fromEntries([...this.#element.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]));
    this.#button = this.#element.querySelector(".switch");
    this.#plug = this.#element.querySelector(".plug");
    // The whole room is the switch's target; the switch itself is what keyboard and screen reader meet.
    this.#element.querySelector(".screen").addEventListener("click", () => tapped(phone));
    this.#plug.addEventListener("click", () => (phone.isPluggedIn ? phone.unplug() : phone.plugIn()));
    parent.append(this.#element);
  }

  get name() {
    return this.#phone.name;
  }

  invite(isInvited) {
    this.#element.classList.toggle("is-inviting", isInvited);
  }

  showClock(text, isAbsurd) {
    setText(this.#parts.clock, text);
    this.#parts.clock.classList.toggle("is-absurd", isAbsurd);
  }

  showHash(hash) {
    setText(this.#parts.hash, hash?.slice(0, hashShown) ?? "");
  }

  paint() {
    const { replica, lightsOn, isPluggedIn, state } = this.#phone;
    const pending = replica.outbox.edits.length;
    setAttribute(this.#element, "data-state", state);
    this.#element.classList.toggle("lights-on", lightsOn);
    setAttribute(this.#button, "aria-checked", lightsOn);
    setText(this.#parts.status, sayState(this.#phone));
    setText(this.#parts.at, `at ${replica.head}`);
    setText(this.#parts.toSend, `${pending} to send`);
    setHidden(this.#parts.toSend, pending === 0 || state === "live");
    setText(this.#parts.plug, isPluggedIn ? "Unplug" : "Plug in");
    setAttribute(this.#plug, "aria-label", `${isPluggedIn ? "Unplug" : "Plug in"} ${this.#phone.name}`);
  }
}

function sayState({ state, progress }) {
  if (state !== "catchingUp") return { live: "live", offline: "offline", away: "no server", stopped: "stopped" }[state];
  return progress.of === 0 ? "catching up" : `catching up ${progress.read} of ${progress.of}`;
}
