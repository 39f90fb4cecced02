/** Records are a `Map` from "collection/id" to `{ collection, id, fields }`; neither records nor their fields are ever changed in place. */

export const keyOf = ({ collection, id }) => `${collection}/${id}`;

/** The records after one more event, in a stream whose order is `total`: the last to arrive wins, field by field. */
export function merge(records, event) {
  const key = keyOf(event);
  const { op, collection, id } = event;
  const merged = new Map(records);
  if (op === "delete") merged.delete(key);
  else if (op === "insert") merged.set(key, { collection, id, fields: values(event.fields) });
  // An update of an object that is not there stays invisible, for ever: only an insert brings it back, and that writes every field.
  else if (records.has(key)) merged.set(key, { collection, id, fields: { ...records.get(key).fields, ...values(event.fields) } });
  return merged;
}

// A lamp knows plain values only; `$set` is how a plain value is written that would look like a delta.
function values(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, delta]) => [name, isSet(delta) ? delta.$set : delta]));
}

const isSet = delta => typeof delta === "object" && delta !== null && "$set" in delta;
