import { keyOf } from "./records.js";

const path = stream => `/v1/streams/${encodeURIComponent(stream)}`;

const readJson = async address => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
};

/** A stream's records as of its head: `{ seq, records }`. A stream that is not there yet is an empty one. */
export async function readState(stream) {
  const { streams } = await readJson(`/v1/streams?prefix=${encodeURIComponent(stream)}`);
  if (!streams.some(({ name }) => name === stream)) return { seq: 0, records: new Map() };
  const { seq, records } = await readJson(`${path(stream)}/state`);
  return { seq, records: new Map(records.map(record => [keyOf(record), record])) };
}

/** At most `limit` events just past `after`. */
export async function readEvents(stream, after, limit) {
  return (await readJson(`${path(stream)}/events?after=${after}&limit=${limit}`)).events;
}
