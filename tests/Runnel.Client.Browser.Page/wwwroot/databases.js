/** What a process that ended has left of a store, as another database: a store that is open cannot be opened by a second process. */
export async function copy(from, to) {
  const [source, target] = [await open(from), await open(to)];
  for (const name of ["rows", "commits"]) {
    const read = source.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([answer(read.getAllKeys()), answer(read.getAll())]);
    const transaction = target.transaction(name, "readwrite");
    keys.forEach((key, index) => transaction.objectStore(name).put(values[index], key));
    await new Promise((done, failed) => ([transaction.oncomplete, transaction.onabort] = [done, failed]));
  }
  source.close();
  target.close();
}

const failing = new Set();
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = begin.call(this, stores, mode, options);
  if (mode === "readwrite" && failing.delete(this.name)) transaction.commit = () => transaction.abort();
  return transaction;
};

/** The next transaction that writes to a store is aborted when all of it has been asked for. */
export function failNext(name) {
  failing.add(name);
}

/** Lets a process of its own commit writes, and kills it at a moment: "writing", "committing" or "committed". */
export function crash(name, writes, moment) {
  const worker = new Worker("/crashing.js", { type: "module" });
  return new Promise((done, failed) => {
    worker.onmessage = () => {
      worker.terminate();
      done();
    };
    worker.onerror = failed;
    worker.postMessage({ name, writes: JSON.parse(writes), moment });
  });
}

export function remove(name) {
  return answer(indexedDB.deleteDatabase(name)).then(() => undefined);
}

export function open(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => ["rows", "commits"].forEach(store => request.result.createObjectStore(store));
  return answer(request);
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
