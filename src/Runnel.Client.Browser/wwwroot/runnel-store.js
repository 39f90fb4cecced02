/**
 * The rows of a local store in IndexedDB, and what the tabs that have it open tell each other. It knows nothing of what the rows mean.
 * Rows cross from and to C# as packets: see `pack` and `unpack`.
 */
const formatVersion = 1;
// Durable means on disk: a browser that is asked for less answers before that.
const durable = { durability: "strict" };

const hiddenFrameMs = 250;

/** A store to be opened. `tell(kind, detail)` is called for whatever happens outside of this tab. */
export function create(name, tell) {
  return new Store(name, tell);
}

/** Opens it: at once if tabs share it, else as soon as no other tab has it. Answers whether this tab leads. */
export async function open(store, isShared) {
  if (!navigator.locks) throw new Error("A browser keeps data for several tabs only in secure pages: serve the app over https, or on this machine.");
  await store.connect();
  if (store.isClosed) throw new Error("The store is closed.");
  await (isShared ? store.share() : store.lead());
  return store.isHeld;
}

/** Also ends the waiting of a store that is being opened. */
export function close(store) {
  store.close();
}

/** One transaction. A leader's commits are counted, and the others are told of them; what another tab writes is for the leader. */
export function commit(store, packet, isLeading) {
  return store.commit(packet, isLeading);
}

/** The rows of one kind and stream as of one moment, as a packet. */
export async function read(store, kind, stream) {
  const rows = store.database.transaction("rows", "readonly").objectStore("rows");
  // An array is greater than any string.
  const range = IDBKeyRange.bound([kind, stream], [kind, stream, []]);
  const [keys, values] = await Promise.all([answer(rows.getAllKeys(range)), answer(rows.getAll(range))]);
  return { bytes: pack(keys.map((key, index) => [kind, stream, key[2], values[index]])) };
}

/** How many commits there were: what is read from now on holds them all. */
export async function catchUp(store) {
  return (store.seen = await store.countCommits());
}

export function say(store, text) {
  store.channel.postMessage({ kind: "said", text });
}

/** Puts the writes of a packet into a transaction. */
export function write(transaction, packet) {
  const rows = transaction.objectStore("rows");
  for (const [kind, stream, name, value] of unpack(packet)) {
    if (value) rows.put(value, [kind, stream, name]);
    else rows.delete([kind, stream, name]);
  }
}

/** The next frame; a page that nobody looks at has none, and is not kept waiting for one for long. */
export function nextFrame() {
  return new Promise(painted => {
    const timer = setTimeout(painted, hiddenFrameMs);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      painted();
    });
  });
}

export function connect(name) {
  const request = indexedDB.open(name, formatVersion);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("rows");
    request.result.createObjectStore("commits");
  };
  return answer(request);
}

class Store {
  isHeld = false;
  // The leader's last commit that this tab knows of.
  seen = 0;
  #name;
  #tell;
  #leaving = new AbortController();
  #leave = () => {};

  constructor(name, tell) {
    this.#name = name;
    this.#tell = tell;
  }

  async connect() {
    const wasThere = remembers(this.#name);
    this.database = await connect(this.#name);
    if (wasThere && (await this.#countRows()) === 0) this.#tell("vanished", null);
    remember(this.#name);
    // Deleted by people or by the browser: nothing can be written any more, and every commit will say so.
    this.database.onclose = () => this.#tell("vanished", null);
    this.database.onversionchange = () => {
      this.database.close();
      this.#tell("vanished", null);
    };
    // Some browsers ask their user; nothing waits for that.
    navigator.storage?.persist?.().then(isKept => this.#tell(isKept ? "kept" : "evictable", null), () => this.#tell("evictable", null));
    this.channel = new BroadcastChannel(this.#name);
    this.channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** Holds the lock, as soon as no other tab does. The browser lets go of it however a tab ends. */
  lead() {
    return this.#lock({ signal: this.#leaving.signal });
  }

  /** Leads if nobody does, else follows; waits only for a first leader to have written something. */
  async share() {
    if (!(await this.#lock({ ifAvailable: true }))) {
      const leading = this.lead();
      leading.then(() => this.#tell("leading", null), () => {});
      await Promise.race([leading, this.#begun()]);
    }
    this.seen = await this.countCommits();
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.channel.postMessage({ kind: "handed" });
  }

  async countCommits() {
    return (await answer(this.database.transaction("commits", "readonly").objectStore("commits").get(0))) ?? 0;
  }

  async commit(packet, isLeading) {
    const transaction = this.database.transaction(["rows", "commits"], "readwrite", durable);
    write(transaction, packet);
    const number = this.seen + 1;
    if (isLeading) transaction.objectStore("commits").put(number, 0);
    transaction.commit();
    await ended(transaction);
    if (isLeading) this.seen = number;
    this.channel.postMessage(isLeading ? { kind: "committed", number, packet } : { kind: "handed" });
  }

  get isClosed() {
    return this.#leaving.signal.aborted;
  }

  close() {
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#leaving.abort(new Error("The store is closed."));
    this.channel?.close();
    this.database?.close();
    this.#leave();
  }

  #lock(options) {
    return new Promise((resolve, reject) => {
      const hold = lock => {
        this.isHeld = lock !== null;
        resolve(this.isHeld);
        return lock && new Promise(leave => (this.#leave = leave));
      };
      navigator.locks.request(this.#name, options, hold).catch(reject);
    });
  }

  #wake = ({ type }) => {
    if (type === "online" || document.visibilityState === "visible") this.#tell("woken", null);
  };

  async #begun() {
    while (!this.isClosed && (await this.#countRows()) === 0) await new Promise(again => setTimeout(again, 20));
  }

  #countRows() {
    return answer(this.database.transaction("rows", "readonly").objectStore("rows").count());
  }

  #hear(data) {
    if (data.kind !== "committed") return this.#tell(data.kind, data);
    if (data.number <= this.seen) return;
    const isNext = data.number === this.seen + 1;
    this.seen = data.number;
    this.#tell(isNext ? "committed" : "missed", data);
  }
}

// Kept apart from the database, so that a database that the browser deleted alone is noticed.
function remembers(name) {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

function remember(name) {
  try {
    localStorage.setItem(name, "opened");
  } catch {
    // Then nothing can be noticed; the store works nevertheless.
  }
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("Another tab has an older version of the store open: close it."));
  });
}

function ended(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("The transaction was aborted."));
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const removed = 0xffffffff;

/** A row is its kind, then stream, name and value, each with its length ahead; little-endian, a removed row has no value. */
function pack(rows) {
  const parts = rows.map(([kind, stream, name, value]) => [kind, encoder.encode(stream), encoder.encode(name), value]);
  const size = parts.reduce((total, [, stream, name, value]) => total + 16 + stream.length + name.length + value.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const number = value => {
    view.setUint32(at, value, true);
    at += 4;
  };
  for (const [kind, ...texts] of parts) {
    number(kind);
    for (const text of texts) {
      number(text.length);
      bytes.set(text, at);
      at += text.length;
    }
  }
  return bytes;
}

function* unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const number = () => view.getUint32((at += 4) - 4, true);
  const part = length => bytes.slice(at, (at += length));
  while (at < bytes.length) {
    const kind = number();
    const stream = decoder.decode(part(number()));
    const name = decoder.decode(part(number()));
    const length = number();
    yield [kind, stream, name, length === removed ? null : part(length)];
  }
}
