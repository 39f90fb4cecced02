import { offerCode } from "/demo/code-panel.js";
import { keepForOffline } from "/demo/offline.js";

const nearly = 80;
const $ = id => document.getElementById(id);

export function mount() {
  offerCode({ button: $("show-code"), dialog: $("code") });
  keepForOffline();
}

// The lists whose end is before somebody's eyes, and stays there while rows come.
const following = new WeakSet();
const watched = new WeakSet();

/** Whether the newest message is before one's eyes, or nearly. */
export const isAtEnd = rows => rows.scrollHeight - rows.scrollTop - rows.clientHeight < nearly;

/** Shows the newest message, and goes on doing so until one scrolls away. */
export function scrollToEnd(rows) {
  if (!watched.has(rows)) watch(rows);
  following.add(rows);
  toEnd(rows);
}

function watch(rows) {
  watched.add(rows);
  rows.addEventListener("scroll", () => (isAtEnd(rows) ? following.add(rows) : following.delete(rows)));
  // Rows come in their own time, and the heights of those that are left out change with them.
  new MutationObserver(() => following.has(rows) && toEnd(rows)).observe(rows, { childList: true, subtree: true, attributeFilter: ["style"] });
}

const toEnd = rows => (rows.scrollTop = rows.scrollHeight);
