/** Ranges of seqs, `[from, to]` with both ends in it: ascending, and neither overlapping nor touching. */

/** The ranges with `from..to` added. */
export function withRange(ranges, from, to) {
  if (to < from) return ranges;
  const before = ranges.filter(([, end]) => end < from - 1);
  const after = ranges.filter(([start]) => start > to + 1);
  const joined = ranges.filter(([start, end]) => end >= from - 1 && start <= to + 1);
  const start = Math.min(from, ...joined.map(range => range[0]));
  const end = Math.max(to, ...joined.map(range => range[1]));
  return [...before, [start, end], ...after];
}

/** What is missing between `after` and the last of the ranges: the gaps, by arithmetic alone. */
export function gapsIn(ranges, after) {
  const gaps = [];
  let known = after;
  for (const [from, to] of ranges) {
    if (from > known + 1) gaps.push([known + 1, from - 1]);
    known = Math.max(known, to);
  }
  return gaps;
}

/** The ranges that are still worth keeping once everything up to `head` is reconciled. */
export const pastHead = (ranges, head) => ranges.filter(([, to]) => to > head);

/** A range in words: "41", "35-41". */
export const sayRange = (from, to) => (from === to ? `${from}` : `${from}-${to}`);
