import { offerCode } from "/demo/code-panel.js";
import { keepForOffline } from "/demo/offline.js";

const nearly = 80;
const $ = id => document.getElementById(id);

export function mount() {
  offerCode({ button: $("show-code"), dialog: $("code") });
  keepForOffline();
}

/** Whether the newest message is before one's eyes, or nearly. */
export const isAtEnd = rows => rows.scrollHeight - rows.scrollTop - rows.clientHeight < nearly;

/** Rows come while it scrolls, so that the end moves: follows it until it stands still. */
export async function scrollToEnd(rows) {
  for (let last = -1; rows.scrollHeight !== last; ) {
    last = rows.scrollHeight;
    rows.scrollTop = last;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  }
}
