import { introduce } from "/demo/cast.js";
import { offerCode } from "/demo/code-panel.js";
import { setText } from "/demo/dom.js";
import { onceAFrame } from "/demo/motion.js";
import { keepForOffline } from "/demo/offline.js";
import { randomHex } from "/demo/random.js";
import { TapePanel } from "/demo/tape-panel.js";

const stream = "todo:home";
const url = `${location.origin.replace("http", "ws")}/v1/sync`;
const $ = id => document.getElementById(id);

const devices = [];
let panel;

/** Puts the tape below the devices, which C# describes as JSON. */
export async function mount(views) {
  take(JSON.parse(views));
  panel = new TapePanel($("tape"), {
    url,
    stream,
    settings: { order: "causal" },
    client: `page~${randomHex(8)}`,
    head: Math.max(...devices.map(device => device.replica.head)),
    devices,
    story: "Every change is one small immutable event; each device has read up to its arrow, and merges what it lacks.",
    blank: "Nothing is written yet. Add a task.",
  });
  panel.log.addEventListener("grew", paint);
  panel.reader.addEventListener("change", paint);
  panel.start();
  paint();
  setInterval(paint, 500);
  offerCode({ button: $("show-code"), dialog: $("code") });
  offerKill();
  keepForOffline();
}

/** Takes what has become of the devices. */
export function update(views) {
  take(JSON.parse(views));
  paint();
}

/** As hard as kill -9; the demo starts the server again. */
export async function kill() {
  panel.narrator.say("The server is gone. Both devices go on, and keep what is typed.");
  await fetch("/demo/kill", { method: "POST" }).catch(() => null);
}

const paint = onceAFrame(() => {
  if (!panel) return;
  panel.paint();
  setText($("head"), Math.max(panel.log.head, ...devices.map(device => device.replica.head)));
});

function take(views) {
  views.forEach((view, index) => {
    introduce(view.client, { key: view.key, name: view.name });
    const device = (devices[index] ??= {});
    const isTapped = device.waiting && view.taps > device.waiting.taps && view.state !== "live";
    Object.assign(device, { ...view, replica: { head: view.head }, waiting: { taps: view.taps, events: view.events, latest: view.latest ? { ...view.latest, clientSeq: view.latest.clientSeq ?? undefined } : undefined, isLate: view.isLate } });
    if (isTapped) panel?.drop(device);
  });
}

async function offerKill() {
  const { canKill } = await fetch("/demo/info").then(answer => (answer.ok ? answer.json() : {}), () => ({}));
  document.querySelector('[data-part="kill"]').hidden = canKill !== true;
}
