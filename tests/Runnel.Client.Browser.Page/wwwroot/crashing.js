import { open } from "./databases.js";

onmessage = async ({ data: { name, writes, moment } }) => {
  const transaction = (await open(name)).transaction("rows", "readwrite", { durability: "strict" });
  const rows = transaction.objectStore("rows");
  transaction.oncomplete = () => postMessage("committed");
  const requests = writes.map(([kind, stream, name, text]) =>
    text === null ? rows.delete([kind, stream, name]) : rows.put(new TextEncoder().encode(text), [kind, stream, name]));
  requests.at(-1).onsuccess = () => {
    if (moment !== "writing") transaction.commit();
    else keepOpen(rows);
    if (moment !== "committed") postMessage(moment);
  };
};

// A transaction that is asked something stays open.
function keepOpen(rows) {
  rows.count().onsuccess = () => keepOpen(rows);
}
