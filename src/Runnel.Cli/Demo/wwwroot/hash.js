const known = new Map();
// A lamp has three states; a stream that others write to has more, and a page may stay open for days.
const knownMax = 100;

/** SHA-256 of the text's UTF-8 bytes, in lower-case hex. */
export async function hashOf(text) {
  if (known.has(text)) return known.get(text);
  const bytes = new TextEncoder().encode(text);
  // `crypto.subtle` exists in secure contexts only; a phone that opens the page over the local network has none.
  const digest = crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes);
  const hex = Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("");
  if (known.size >= knownMax) known.clear();
  known.set(text, hex);
  return hex;
}

/** SHA-256 (FIPS 180-4), for where the browser gives none. */
export function sha256(bytes) {
  const length = ((bytes.length + 8) >> 6) * 64 + 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(length - 4, bytes.length << 3);
  const state = Uint32Array.from(primes.slice(0, 8), prime => fraction(Math.sqrt(prime)));
  for (let block = 0; block < length; block += 64) compress(state, view, block);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setUint32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

const fraction = number => Math.floor((number % 1) * 0x100000000);
const primes = Array.from({ length: 310 }, (_, index) => index + 2).filter(n => !Array.from({ length: n - 2 }, (_, d) => d + 2).some(d => n % d === 0));
const roundConstants = Uint32Array.from(primes.slice(0, 64), prime => fraction(Math.cbrt(prime)));
const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

function compress(state, view, block) {
  const words = new Uint32Array(64);
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(block + i * 4);
  for (let i = 16; i < 64; i++) {
    const small0 = rotate(words[i - 15], 7) ^ rotate(words[i - 15], 18) ^ (words[i - 15] >>> 3);
    const small1 = rotate(words[i - 2], 17) ^ rotate(words[i - 2], 19) ^ (words[i - 2] >>> 10);
    words[i] = words[i - 16] + small0 + words[i - 7] + small1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = h + big1 + ((e & f) ^ (~e & g)) + roundConstants[i] + words[i];
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = big0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] += word));
}
