/** The page comes up without a network, too: what it is made of is kept in this browser. */
export async function keepForOffline() {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", () => (document.documentElement.dataset.isKept = "true"));
  await navigator.serviceWorker.register("/demo/service-worker.js", { scope: "./" });
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map(({ name }) => name).filter(name => new URL(name).pathname.startsWith("/demo/"));
  active.postMessage([...new Set([location.href, ...files])]);
}
