import { randomHex } from "./random.js";

const family = [
  { key: "hall", name: "Hall" },
  { key: "kitchen", name: "Kitchen" },
  { key: "bedroom", name: "Bedroom" },
  { key: "study", name: "Study" },
  { key: "porch", name: "Porch" },
];
const guest = { key: "guest", name: "Guest" };
const everybody = [...family, guest];

/** Whether this page is one phone on a phone of somebody's own: that is what the code in the sixth frame leads to. */
export const isGuest = new URLSearchParams(location.search).has("guest");

/** The phones on the page. The key is the first part of a phone's client id, so the tape knows its authors again after a reload. */
export const cast = isGuest ? [guest] : family;

const nameMax = 11;
const introduced = new Map();

/** Says who has a client id that does not tell: `{ key, name }`. */
export const introduce = (client, role) => introduced.set(client, role);

/** A fresh client's id: who it is, and chance. */
export const newClientId = key => `${key}~${randomHex(8)}`;

/** Who wrote an event: one of the phones, of this page or of an earlier one, or somebody else under an id of their own. */
export function authorOf(client) {
  const key = client.split("~")[0];
  return introduced.get(client) ?? everybody.find(phone => phone.key === key) ?? { key: "other", name: client.length > nameMax ? `${client.slice(0, nameMax - 1)}…` : client };
}
