const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/sync`, "runnel.v1.json");
const send = message => socket.send(JSON.stringify(message));
let head = 0, clientSeq = 0, lightsOn;                     // my whole replica

socket.onopen = () => {
  send({ type: "hello", client: `me-${Math.random().toString(36).slice(2)}`, session: 1 });
  send({ type: "subscribe", stream: "lightswitch", after: head, create: { order: "total" } });
};
socket.onmessage = ({ data }) => {
  const { events = [], to = head } = JSON.parse(data);     // in order, each once, mine too
  for (const event of events) lightsOn = event.fields?.lightsOn;
  head = to;                                               // what I have seen
};
window.flip = () => send({ type: "publish", ref: 1, stream: "lightswitch", events: [{
  clientSeq: ++clientSeq, precedingSeq: head, op: lightsOn === undefined ? "insert" : "update",
  collection: "switch", id: "lamp", fields: { lightsOn: !lightsOn } }] });
