import { cast, isGuest, newClientId } from "./cast.js";
import { offerCode } from "./code-panel.js";
import { Controls } from "./controls.js";
import { setText } from "./dom.js";
import { readState } from "./http.js";
import { Ledger } from "./ledger.js";
import { Meter } from "./meter.js";
import { onceAFrame } from "./motion.js";
import { Phone } from "./phone.js";
import { PhoneView } from "./phone-view.js";
import { ClickSound } from "./sound.js";
import { StatusLine } from "./status-line.js";
import { tellStory } from "./story.js";
import { TapePanel } from "./tape-panel.js";

const stream = "lightswitch";
const url = `${location.origin.replace("http", "ws")}/v1/sync`;
const checkMs = 250;
const $ = id => document.getElementById(id);

const start = await readState(stream).catch(() => ({ seq: 0, records: new Map() }));
const phones = cast.map((role, index) =>
  Object.assign(new Phone({ url, stream, client: newClientId(role.key), start }), role, { number: index + 1 }));

const panel = new TapePanel($("tape"), {
  url,
  stream,
  settings: { order: "total" },
  client: newClientId("page"),
  head: start.seq,
  devices: phones,
  story: "Every flip is one immutable event; each phone has read up to its arrow, and knows exactly what it lacks.",
  blank: "Nothing is written yet. Flip a switch.",
});
const { log, reader, narrator } = panel;
const ledger = new Ledger(log);
phones.forEach(phone => ledger.watch(phone));
const meter = new Meter(phones);

const info = fetch("/demo/info").then(response => (response.ok ? response.json() : {}), () => ({}));
const controls = new Controls({ phones, narrator, reader, info, clockChanged: () => showClocks() });
const status = new StatusLine({ line: $("hash-line"), phones, log });
const sound = new ClickSound();
const views = phones.map(phone => new PhoneView(phone, { parent: $("phones"), tapped }));
$("phones").append($("own-phone"));

function tapped(phone) {
  views.forEach(view => view.invite(false));
  phone.flip();
  sound.play(phone.lightsOn);
  panel.drop(phone);
}

const paint = onceAFrame(() => {
  views.forEach(view => view.paint());
  panel.paint();
  controls.paint();
});

function paintCounters() {
  const head = Math.max(log.head, ...phones.map(phone => phone.replica.head));
  setText($("head"), head);
  setText($("counter-events"), head);
  setText($("counter-acknowledged"), ledger.acknowledged);
  setText($("counter-p50"), meter.p50 === null ? "–" : meter.p50.toFixed(1));
  setText($("counter-lost"), ledger.lost);
  $("counter-lost").parentElement.classList.toggle("is-bad", ledger.lost > 0);
  panel.paint();
  status.refresh().then(() => views.forEach((view, index) => view.showHash(status.hashOf(phones[index]))));
}

function showClocks() {
  const now = new Date();
  const time = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
  views.forEach((view, index) => {
    const ahead = index === 1 ? controls.clockAhead : 0;
    view.showClock(ahead ? `${time}, ${now.getFullYear() + ahead}` : time, ahead > 0);
  });
}

for (const phone of phones) {
  phone.addEventListener("change", paint);
  phone.addEventListener("stopped", ({ detail }) => {
    $("stopped").hidden = false;
    $("stopped-why").textContent = detail.message;
  });
}
log.addEventListener("grew", paint);
reader.addEventListener("change", paint);
$("reload").addEventListener("click", () => location.reload());
$("mute").addEventListener("click", () => {
  sound.toggleMute();
  paintMute();
});

function paintMute() {
  $("mute").setAttribute("aria-pressed", String(sound.isMuted));
  $("mute").title = sound.isMuted ? "Sound is off" : "Sound is on";
}

tellStory({ phones, narrator, meter, isQuiet: () => controls.isStorming });
offerCode({ button: $("show-code"), dialog: $("code"), file: "/demo/fifteen-lines.js" });
$("qr").addEventListener("load", () => $("own-phone").classList.add("has-code"));
info.then(({ hasQr }) => hasQr !== false && ($("qr").src = "/demo/qr.svg"));

window.runnelDemo = {
  get phones() {
    return phones.map(phone => ({
      name: phone.name,
      client: phone.client,
      state: phone.state,
      lightsOn: phone.lightsOn,
      head: phone.replica.head,
      pending: phone.replica.outbox.edits.length,
      hash: status.hashOf(phone),
    }));
  },
  get counters() {
    return { events: log.head, acknowledged: ledger.acknowledged, p50: meter.p50, lost: ledger.lost };
  },
};

document.body.dataset.role = isGuest ? "guest" : "family";
views[0].invite(true);
paintMute();
showClocks();
panel.start();
phones.forEach(phone => phone.plugIn());
setInterval(paintCounters, checkMs);
setInterval(showClocks, 5000);
paint();
paintCounters();
