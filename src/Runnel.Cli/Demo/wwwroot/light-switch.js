import { cast, isGuest, newClientId } from "./cast.js";
import { offerCode } from "./code-panel.js";
import { Controls } from "./controls.js";
import { setHidden, setText } from "./dom.js";
import { EventCard } from "./event-card.js";
import { EventLog } from "./event-log.js";
import { Film } from "./film.js";
import { Heads } from "./heads.js";
import { readState } from "./http.js";
import { Ledger } from "./ledger.js";
import { Meter } from "./meter.js";
import { onceAFrame } from "./motion.js";
import { Narrator } from "./narrator.js";
import { OutboxTray } from "./outbox-tray.js";
import { Phone } from "./phone.js";
import { PhoneView } from "./phone-view.js";
import { ClickSound } from "./sound.js";
import { StatusLine } from "./status-line.js";
import { tellStory } from "./story.js";
import { Tape } from "./tape.js";
import { listenForGestures } from "./tape-gestures.js";
import { TapeReader } from "./tape-reader.js";

const stream = "lightswitch";
const url = `${location.origin.replace("http", "ws")}/v1/sync`;
// The page shows this much of the past at once; what is older comes when somebody scrolls there.
const shownAtFirst = 120;
const margin = 28;
const checkMs = 250;
const $ = id => document.getElementById(id);

const start = await readState(stream).catch(() => ({ seq: 0, records: new Map() }));
const phones = cast.map((role, index) =>
  Object.assign(new Phone({ url, stream, client: newClientId(role.key), start }), role, { number: index + 1 }));

const log = new EventLog(stream);
log.head = Math.max(0, start.seq - shownAtFirst);
const reader = new TapeReader({ url, stream, client: newClientId("page"), log });
const ledger = new Ledger(log);
phones.forEach(phone => ledger.watch(phone));
const meter = new Meter(phones);

const film = new Film();
film.beginAt(start.seq);
const card = new EventCard({ card: $("card"), arc: $("arc"), film, log, onClose: () => tape.open(null) });
const tape = new Tape({ strip: $("strip"), base: $("film-base"), film, log, onOpen: seq => card.show(seq) });
new Heads({ film, phones, marks: $("heads"), stretches: $("stretches"), allRead: $("all-read") });
listenForGestures($("stage"), film);

const narrator = new Narrator($("story"));
const info = fetch("/demo/info").then(response => (response.ok ? response.json() : {}), () => ({}));
const controls = new Controls({ phones, narrator, reader, info, clockChanged: () => showClocks() });
const status = new StatusLine({ line: $("hash-line"), phones, log });
const sound = new ClickSound();
const views = phones.map(phone => new PhoneView(phone, { parent: $("phones"), tapped }));
const tray = new OutboxTray({ tray: $("tray"), phones, onResize: resize });
$("phones").append($("own-phone"));

function tapped(phone) {
  views.forEach(view => view.invite(false));
  phone.flip();
  sound.play(phone.lightsOn);
  tray.drop(phone);
}

// The film ends where the tray begins; on a narrow screen the tray has a row of its own.
function resize() {
  const { clientWidth } = $("stage");
  const isBeside = getComputedStyle($("tray")).position === "absolute";
  const trayWidth = $("tray").offsetWidth;
  const reserved = isBeside && trayWidth > 0 ? trayWidth + margin / 2 : 0;
  film.resize(clientWidth, clientWidth - margin - reserved);
}

const paint = onceAFrame(() => {
  views.forEach(view => view.paint());
  tray.paint();
  controls.paint();
  film.wake();
});

function paintCounters() {
  const head = Math.max(log.head, ...phones.map(phone => phone.replica.head));
  setText($("head"), head);
  setText($("counter-events"), head);
  setText($("counter-acknowledged"), ledger.acknowledged);
  setText($("counter-p50"), meter.p50 === null ? "–" : meter.p50.toFixed(1));
  setText($("counter-lost"), ledger.lost);
  $("counter-lost").parentElement.classList.toggle("is-bad", ledger.lost > 0);
  $("tape").classList.toggle("is-down", !reader.isUp);
  setHidden($("blank"), log.head > 0);
  setHidden($("newest"), !film.isScrolledBack);
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
log.addEventListener("grew", () => {
  film.grow(log.head);
  paint();
});
reader.addEventListener("change", paint);
addEventListener("resize", resize);
addEventListener("keydown", event => event.key === "Escape" && tape.opened !== null && tape.open(null));
$("newest").addEventListener("click", () => film.scrollToHead());
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
offerCode({ button: $("show-code"), dialog: $("code") });
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
resize();
reader.start();
phones.forEach(phone => phone.plugIn());
setInterval(paintCounters, checkMs);
setInterval(showClocks, 5000);
paint();
paintCounters();
