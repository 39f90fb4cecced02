/** A JSON value in canonical form (RFC 8785): no spaces, names sorted by their UTF-16 code units. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** The array of visible records, canonical: what a stream's `hash` is taken of. Records sort by collection, then id, by UTF-8 bytes. */
export function canonicalRecords(records) {
  const sorted = [...records.values()].sort((left, right) => compareUtf8(left.collection, right.collection) || compareUtf8(left.id, right.id));
  return canonical(sorted);
}

// The order of code points is the order of UTF-8 bytes; that of UTF-16 code units is not.
function compareUtf8(left, right) {
  const [a, b] = [[...left], [...right]];
  const differs = a.findIndex((character, index) => character !== b[index]);
  if (differs < 0) return a.length - b.length;
  return b[differs] === undefined ? 1 : a[differs].codePointAt(0) - b[differs].codePointAt(0);
}
