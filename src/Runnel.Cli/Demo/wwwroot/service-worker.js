// The network first, so that nobody meets an old page; without it, what was kept.
// A cache for each page: those who serve one of them know nothing of the other.
const name = registration.scope;
const parts = /^\/demo\/(?!info|kill)/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil(clients.claim()));

// The page says what it was made of.
addEventListener("message", event => event.waitUntil(keep(event.data).then(() => event.source.postMessage("kept"))));

addEventListener("fetch", event => {
  const { method, url } = event.request;
  if (method === "GET" && parts.test(new URL(url).pathname)) event.respondWith(answer(event.request));
});

async function keep(addresses) {
  const cache = await caches.open(name);
  await Promise.all(addresses.map(async address => {
    if (!(await cache.match(address, { ignoreVary: true }))) await cache.add(address).catch(() => null);
  }));
}

async function answer(request) {
  const cache = await caches.open(name);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.status === 200) await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true, ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw error;
  }
}
