/** Bytes of chance as lower-case hex. `crypto.randomUUID` is not there over plain HTTP on a local network; this is. */
export function randomHex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), byte => byte.toString(16).padStart(2, "0")).join("");
}

/** One of the list, each as likely. */
export const randomOf = list => list[Math.floor(Math.random() * list.length)];
