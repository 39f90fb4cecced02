const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/sync`, "runnel.v1.json");
const send = message => socket.send(JSON.stringify(message));
const client = `me-${Math.random().toString(36).slice(2)}`;
let head = 0, clientSeq = 0, lightsOn;                        // my whole replica

socket.onopen = () => {
  send({ type: "hello", client, session: 1 });
  send({ type: "subscribe", stream: "lightswitch", after: head, create: { order: "total" } });
};
socket.onmessage = ({ data }) => {
  const { type, events, to } = JSON.parse(data);
  if (type !== "events") return;
  for (const event of events) lightsOn = event.fields?.lightsOn;   // in order, each once, mine too
  head = to;                                                  // what I have seen: resume from here
};
window.flip = () => send({ type: "publish", ref: 1, stream: "lightswitch", events: [{
  clientSeq: ++clientSeq, precedingSeq: head, op: lightsOn === undefined ? "insert" : "update",
  collection: "switch", id: "lamp", fields: { lightsOn: !lightsOn } }] });
